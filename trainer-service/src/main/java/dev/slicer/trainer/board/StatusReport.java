package dev.slicer.trainer.board;

import dev.slicer.events.TrainingStatus;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.jobs.JobState;
import dev.slicer.training.TrainingProgress;
import dev.slicer.training.TrainingProgress.TimeShares;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/** What the progress topic says of a job's state. */
public final class StatusReport {
    private StatusReport() {}

    public static TrainingStatus of(JobState state) {
        Optional<TrainingProgress> progress = state.progress();
        return new TrainingStatus(
                state.jobId(),
                nameOf(state),
                RecordSize.shortened(state.message()),
                progress.map(TrainingProgress::step).orElse(0),
                progress.map(TrainingProgress::totalSteps).orElse(0),
                progress.map(TrainingProgress::epoch).orElse(0),
                figure(progress.map(TrainingProgress::loss)),
                figure(progress.map(TrainingProgress::tokensPerSecond)),
                figure(progress.map(at -> at.remaining().toMillis() / 1000.0)),
                state instanceof JobState.Succeeded succeeded
                        ? Optional.of(succeeded.checkpointId())
                        : Optional.empty(),
                Optional.empty(),
                progress.filter(at -> at.resumedFrom() > 0)
                        .map(at -> OptionalInt.of(at.resumedFrom()))
                        .orElseGet(OptionalInt::empty),
                share(progress, TimeShares::forward),
                share(progress, TimeShares::backward),
                share(progress, TimeShares::optimiser),
                share(progress, TimeShares::data),
                state instanceof JobState.Succeeded succeeded ? succeeded.scores() : List.of());
    }

    private static OptionalDouble share(Optional<TrainingProgress> progress, Function<TimeShares, Double> part) {
        return figure(progress.map(TrainingProgress::shares).map(part).map(share -> Math.min(1, Math.max(0, share))));
    }

    private static TrainingStatus.State nameOf(JobState state) {
        if (state instanceof JobState.Queued) {
            return TrainingStatus.State.QUEUED;
        } else if (state instanceof JobState.Preparing) {
            return TrainingStatus.State.PREPARING;
        } else if (state instanceof JobState.Running) {
            return TrainingStatus.State.RUNNING;
        } else if (state instanceof JobState.Scoring) {
            return TrainingStatus.State.SCORING;
        } else if (state instanceof JobState.Publishing) {
            return TrainingStatus.State.PUBLISHING;
        } else if (state instanceof JobState.Succeeded) {
            return TrainingStatus.State.SUCCEEDED;
        }
        return state instanceof JobState.Cancelled ? TrainingStatus.State.CANCELLED : TrainingStatus.State.FAILED;
    }

    /** JSON has no way to write a loss that is not finite; the failure that follows names it. */
    private static OptionalDouble figure(Optional<Double> value) {
        return value.filter(Double::isFinite).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }
}
