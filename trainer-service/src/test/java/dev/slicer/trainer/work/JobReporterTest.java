package dev.slicer.trainer.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobState;
import dev.slicer.trainer.board.StatusReport;
import dev.slicer.training.TrainingProgress;
import dev.slicer.training.TrainingProgress.TimeShares;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobReporterTest {
    private final List<String> reports = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("only instants are asked for");
        }
    };
    private final JobReporter reporter = new JobReporter(
            new JobReporter.Sink() {
                @Override
                public void stateChanged(TrainingStatus status) {
                    reports.add(status.state() + " for good");
                }

                @Override
                public void progressed(TrainingStatus status) {
                    reports.add(status.state() + " step " + status.step());
                }
            },
            clock,
            Duration.ofSeconds(1),
            "trainer-0");

    @Test
    void shouldReportEveryChangeOfStateAndStepsOnceASecond() {
        // Given
        JobState.Preparing preparing = JobState.queued("job").prepare();
        JobState.Running running = preparing.run();

        // When
        reporter.accept(preparing);
        reporter.accept(running);
        for (int step = 1; step <= 25; step++) {
            now = now.plusMillis(100);
            reporter.accept(running.advance(step(step)));
        }
        reporter.accept(running.publish(List.of()));

        // Then
        assertThat(reports)
                .containsExactly(
                        "PREPARING for good",
                        "RUNNING for good",
                        "RUNNING step 10",
                        "RUNNING step 20",
                        "PUBLISHING for good");
    }

    @Test
    void shouldLeaveALossOutThatIsNotFinite() {
        // Given
        JobState.Running running = JobState.queued("job")
                .prepare()
                .run()
                .advance(new TrainingProgress(
                        1, 2, 1, 1, Double.NaN, 0, 0, new TimeShares(0, 0, 0, 0), Duration.ZERO, Duration.ZERO, 0));

        // When
        TrainingStatus status = StatusReport.of(running.fail("the loss is not finite"));

        // Then
        assertThat(status.loss()).isEmpty();
        assertThat(status.message()).isEqualTo("the loss is not finite");
    }

    @ParameterizedTest
    @EnumSource(TrainingStatus.State.class)
    void shouldHaveANameOnTheTopicForEveryState(TrainingStatus.State name) {
        // Given
        JobState.Preparing preparing = JobState.queued("job").prepare();
        JobState.Publishing publishing = preparing.run().publish(List.of());
        JobState state = switch (name) {
            case QUEUED -> JobState.queued("job");
            case PREPARING -> preparing;
            case RUNNING -> preparing.run();
            case SCORING -> preparing.run().score();
            case PUBLISHING -> publishing;
            case SUCCEEDED -> publishing.succeed("checkpoint");
            case FAILED -> publishing.fail("reason");
            case CANCELLED -> preparing.cancel(Optional.empty());
        };

        // When and then
        assertThat(StatusReport.of(state).state()).isEqualTo(name);
        assertThat(state instanceof JobState.Ended).isEqualTo(name.isLast());
    }

    private static TrainingProgress step(int step) {
        return new TrainingProgress(
                step, 100, 1, 1, 0.5, 0, 0, new TimeShares(0, 0, 0, 0), Duration.ZERO, Duration.ZERO, 0);
    }
}
