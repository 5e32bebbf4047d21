package dev.slicer.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Where a training job stands.
 *
 * @param message for people; of a failed job the reason
 * @param step optimiser steps done
 * @param totalSteps 0 while not known
 * @param epoch 1-based; 0 before the first step
 * @param loss mean loss since the previous status
 * @param tokensPerSecond sub-tokens trained on per second since the previous status
 * @param checkpointId the published checkpoint, once {@code SUCCEEDED}
 * @param trainer who works on the job and reports; absent where nobody does
 * @param resumedFromStep where a run goes on that was broken off; absent where it began at its first step
 * @param forwardShare of the time since the previous status, 0 to 1, as the three that follow
 * @param dataShare waiting for sentences to be prepared
 * @param scores of the run, once {@code SUCCEEDED}, where it was to be scored
 */
public record TrainingStatus(
        String jobId,
        State state,
        String message,
        int step,
        int totalSteps,
        int epoch,
        OptionalDouble loss,
        OptionalDouble tokensPerSecond,
        OptionalDouble remainingSeconds,
        Optional<String> checkpointId,
        Optional<String> trainer,
        OptionalInt resumedFromStep,
        OptionalDouble forwardShare,
        OptionalDouble backwardShare,
        OptionalDouble optimiserShare,
        OptionalDouble dataShare,

        @JsonInclude(Include.NON_EMPTY) List<ScoreLine> scores)
        implements Event {

    public enum State {
        QUEUED(false),
        PREPARING(false),
        RUNNING(false),
        SCORING(false),
        PUBLISHING(false),
        SUCCEEDED(true),
        FAILED(true),
        /** Ended on request, before anything was published. */
        CANCELLED(true);

        private final boolean last;

        State(boolean last) {
            this.last = last;
        }

        /** Whether a job in this state stays in it. */
        public boolean isLast() {
            return last;
        }
    }

    public TrainingStatus {
        Require.id("jobId", jobId);
        Require.present("state", state);
        checkpointId.ifPresent(id -> Require.id("checkpointId", id));
        trainer.ifPresent(name -> Require.name("trainer", name));
        scores = Require.all("scores", scores);
        message = message == null ? "" : message;
        Require.notNegative("step", step);
        Require.notNegative("totalSteps", totalSteps);
        Require.notNegative("epoch", epoch);
        tokensPerSecond.ifPresent(value -> Require.notNegative("tokensPerSecond", value));
        remainingSeconds.ifPresent(value -> Require.notNegative("remainingSeconds", value));
        resumedFromStep.ifPresent(value -> Require.notNegative("resumedFromStep", value));
        Require.share("forwardShare", forwardShare);
        Require.share("backwardShare", backwardShare);
        Require.share("optimiserShare", optimiserShare);
        Require.share("dataShare", dataShare);
        if (loss.isPresent() && !Double.isFinite(loss.getAsDouble())) {
            throw new IllegalArgumentException("loss must be finite, got " + loss.getAsDouble());
        }
        if (state == State.SUCCEEDED && checkpointId.isEmpty()) {
            throw new IllegalArgumentException("checkpointId is missing, which a SUCCEEDED job has");
        }
    }

    /** A status without figures: before the first step, or of a job that failed there. */
    public static TrainingStatus of(String jobId, State state, String message) {
        return new TrainingStatus(
                jobId,
                state,
                message,
                0,
                0,
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                List.of());
    }

    /** This status as a trainer reports it. */
    public TrainingStatus by(String reporter) {
        return with(Optional.of(reporter), scores);
    }

    /** For lists, in which the scores of many jobs would be most of what is sent. */
    public TrainingStatus withoutScores() {
        return with(trainer, List.of());
    }

    private TrainingStatus with(Optional<String> newTrainer, List<ScoreLine> newScores) {
        return new TrainingStatus(
                jobId,
                state,
                message,
                step,
                totalSteps,
                epoch,
                loss,
                tokensPerSecond,
                remainingSeconds,
                checkpointId,
                newTrainer,
                resumedFromStep,
                forwardShare,
                backwardShare,
                optimiserShare,
                dataShare,
                newScores);
    }

    @Override
    public String key() {
        return jobId;
    }
}
