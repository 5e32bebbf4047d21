package dev.slicer.trainer.work;

import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobState;
import dev.slicer.trainer.board.StatusReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Passes on every change of a job's state, and of the reports in between as many as are worth reading. */
final class JobReporter implements Consumer<JobState> {
    /** Where reports go. */
    interface Sink {
        /** Returns when the status is stored for good. */
        void stateChanged(TrainingStatus status);

        /** Need not wait, and may lose the status. */
        void progressed(TrainingStatus status);
    }

    private final Sink sink;
    private final Clock clock;
    private final Duration interval;
    private final String trainer;
    private Optional<TrainingStatus.State> lastState = Optional.empty();
    private Instant lastReport = Instant.MIN;

    /** @param trainer in whose name is reported */
    JobReporter(Sink sink, Clock clock, Duration interval, String trainer) {
        this.sink = sink;
        this.clock = clock;
        this.interval = interval;
        this.trainer = trainer;
    }

    @Override
    public void accept(JobState state) {
        TrainingStatus status = StatusReport.of(state).by(trainer);
        Instant now = clock.instant();
        if (lastState.filter(status.state()::equals).isEmpty()) {
            lastState = Optional.of(status.state());
            lastReport = now;
            sink.stateChanged(status);
        } else if (!now.isBefore(lastReport.plus(interval))) {
            lastReport = now;
            sink.progressed(status);
        }
    }
}
