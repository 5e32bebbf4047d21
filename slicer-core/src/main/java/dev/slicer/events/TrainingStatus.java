package dev.slicer.events;

import java.util.Optional;
import java.util.OptionalDouble;

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
        Optional<String> checkpointId)
        implements Event {

    public enum State {
        QUEUED(false),
        PREPARING(false),
        RUNNING(false),
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
        Require.notBlank("jobId", jobId);
        Require.present("state", state);
        message = message == null ? "" : message;
        Require.notNegative("step", step);
        Require.notNegative("totalSteps", totalSteps);
        Require.notNegative("epoch", epoch);
        tokensPerSecond.ifPresent(value -> Require.notNegative("tokensPerSecond", value));
        remainingSeconds.ifPresent(value -> Require.notNegative("remainingSeconds", value));
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
                Optional.empty());
    }

    @Override
    public String key() {
        return jobId;
    }
}
