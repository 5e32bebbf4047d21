package dev.slicer.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.training.TrainingProgress;
import dev.slicer.training.TrainingProgress.TimeShares;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class JobStateTest {
    /** The life of a job as the documentation draws it, written down a second time. */
    private static final Map<Class<? extends JobState>, Set<Class<? extends JobState>>> LEGAL = Map.of(
            JobState.Queued.class,
            Set.of(JobState.Preparing.class, JobState.Failed.class, JobState.Cancelled.class),
            JobState.Preparing.class,
            Set.of(
                    JobState.Preparing.class,
                    JobState.Running.class,
                    JobState.Scoring.class,
                    JobState.Publishing.class,
                    JobState.Queued.class,
                    JobState.Failed.class,
                    JobState.Cancelled.class),
            JobState.Running.class,
            Set.of(
                    JobState.Running.class,
                    JobState.Scoring.class,
                    JobState.Publishing.class,
                    JobState.Queued.class,
                    JobState.Failed.class,
                    JobState.Cancelled.class),
            JobState.Scoring.class,
            Set.of(
                    JobState.Scoring.class,
                    JobState.Publishing.class,
                    JobState.Queued.class,
                    JobState.Failed.class,
                    JobState.Cancelled.class),
            JobState.Publishing.class,
            Set.of(JobState.Succeeded.class, JobState.Failed.class),
            JobState.Succeeded.class,
            Set.of(),
            JobState.Failed.class,
            Set.of(),
            JobState.Cancelled.class,
            Set.of());

    @Property
    void shouldOnlyMakeLegalTransitionsWhateverHappens(
            @ForAll @Size(max = 30) List<@IntRange(min = 0, max = 9) Integer> events) {
        // Given
        JobState state = JobState.queued("job");
        int step = 0;

        for (int event : events) {
            // When
            JobState next = apply(state, event, ++step);

            // Then
            assertThat(next.jobId()).isEqualTo("job");
            assertThat(next.message()).isNotBlank();
            if (next != state) {
                assertThat(LEGAL.get(state.getClass())).contains(next.getClass());
                if (!(next instanceof JobState.Queued) && !(next instanceof JobState.Running)) {
                    assertThat(next.progress()).isEqualTo(state.progress());
                }
            }
            state = next;
        }
    }

    @Test
    void shouldKeepTheLastProgressWhenAJobFails() {
        // Given
        JobState.Running running = JobState.queued("job").prepare().run().advance(progress(7));

        // When
        JobState.Failed failed = running.fail("the loss is not finite");

        // Then
        assertThat(failed.progress()).hasValue(progress(7));
        assertThat(failed.message()).isEqualTo("the loss is not finite");
    }

    @Test
    void shouldForgetTheProgressWhenAJobIsGivenBack() {
        // Given
        JobState.Running running = JobState.queued("job").prepare().run().advance(progress(7));

        // When
        JobState.Queued queued = running.giveBack("the trainer shuts down");

        // Then
        assertThat(queued.progress()).isEmpty();
    }

    private static JobState apply(JobState state, int event, int step) {
        return switch (event) {
            case 0 -> state instanceof JobState.Queued queued ? queued.prepare() : state;
            case 1 -> state instanceof JobState.Preparing preparing ? preparing.run() : state;
            case 2 -> state instanceof JobState.Running running ? running.advance(progress(step)) : state;
            case 3 -> state instanceof JobState.Interruptible running ? running.publish(List.of()) : state;
            case 4 -> state instanceof JobState.Publishing publishing ? publishing.succeed("checkpoint") : state;
            case 5 -> state instanceof JobState.Open open ? open.fail("reason") : state;
            case 6 -> state instanceof JobState.Cancellable cancellable ? cancellable.cancel(Optional.empty()) : state;
            case 7 -> {
                if (state instanceof JobState.Scoring scoring) {
                    yield scoring.describe("doing " + step);
                }
                yield state instanceof JobState.Preparing preparing ? preparing.describe("doing " + step) : state;
            }
            case 8 -> state instanceof JobState.Making making ? making.score() : state;
            default -> state instanceof JobState.Interruptible running ? running.giveBack("reason") : state;
        };
    }

    private static TrainingProgress progress(int step) {
        return new TrainingProgress(
                step,
                100,
                1,
                1,
                0.5,
                1e-5,
                1000,
                new TimeShares(0.3, 0.5, 0.1, 0.1),
                Duration.ofSeconds(step),
                Duration.ofSeconds(100 - step),
                0);
    }
}
