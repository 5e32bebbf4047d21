package dev.slicer.jobs;

import dev.slicer.events.ScoreLine;
import dev.slicer.training.TrainingProgress;
import java.util.List;
import java.util.Optional;

/**
 * Where a training job stands. The methods of a state are the only transitions that are legal from it:
 *
 * <pre>
 * Queued -> Preparing -> Running -> Scoring -> Publishing -> Succeeded
 *   Scoring only where something is to be scored, Running only where something is to be trained
 *   each of the five -> Failed;  all but Publishing -> Cancelled;  Preparing, Running and Scoring -> Queued again
 * </pre>
 */
public sealed interface JobState {
    String jobId();

    /** One sentence for a person. */
    String message();

    /** The last report of the fine-tuning, once there is one. */
    default Optional<TrainingProgress> progress() {
        return Optional.empty();
    }

    /** A job that still has something before it. */
    sealed interface Open extends JobState {
        default Failed fail(String reason) {
            return new Failed(jobId(), reason, progress());
        }
    }

    /** A job that has published nothing yet, so that it can be dropped without a trace. */
    sealed interface Cancellable extends Open {
        /** @param by who wanted it, where that is known */
        default Cancelled cancel(Optional<String> by) {
            return new Cancelled(jobId(), progress(), by);
        }
    }

    /** A job that a trainer works on and can hand back, for another trainer or a later start to begin anew. */
    sealed interface Interruptible extends Cancellable {
        default Queued giveBack(String reason) {
            return new Queued(jobId(), reason);
        }

        /** Its model is made, and scored where that was asked for. */
        default Publishing publish(List<ScoreLine> scores) {
            return new Publishing(jobId(), progress(), scores);
        }
    }

    /** A job whose model is in the making. */
    sealed interface Making extends Interruptible {
        default Scoring score() {
            return new Scoring(jobId(), "scoring", progress());
        }
    }

    /** A job that is over. */
    sealed interface Ended extends JobState {}

    static Queued queued(String jobId) {
        return new Queued(jobId, "waiting for a trainer");
    }

    record Queued(String jobId, String message) implements Cancellable {
        public Preparing prepare() {
            return new Preparing(jobId, "reading the corpora");
        }
    }

    /** An average is made in this state, since there is nothing to train. */
    record Preparing(String jobId, String message) implements Making {
        public Preparing describe(String doing) {
            return new Preparing(jobId, doing);
        }

        public Running run() {
            return new Running(jobId, Optional.empty());
        }
    }

    record Running(String jobId, Optional<TrainingProgress> progress) implements Making {
        @Override
        public String message() {
            return "fine-tuning";
        }

        public Running advance(TrainingProgress next) {
            return new Running(jobId, Optional.of(next));
        }
    }

    record Scoring(String jobId, String message, Optional<TrainingProgress> progress) implements Interruptible {
        public Scoring describe(String doing) {
            return new Scoring(jobId, doing, progress);
        }
    }

    record Publishing(String jobId, Optional<TrainingProgress> progress, List<ScoreLine> scores) implements Open {
        @Override
        public String message() {
            return "publishing the checkpoint";
        }

        public Succeeded succeed(String checkpointId) {
            return new Succeeded(jobId, checkpointId, progress, scores);
        }
    }

    record Succeeded(String jobId, String checkpointId, Optional<TrainingProgress> progress, List<ScoreLine> scores)
            implements Ended {
        @Override
        public String message() {
            return "published checkpoint " + checkpointId;
        }
    }

    record Failed(String jobId, String message, Optional<TrainingProgress> progress) implements Ended {}

    record Cancelled(String jobId, Optional<TrainingProgress> progress, Optional<String> by) implements Ended {
        @Override
        public String message() {
            return "cancelled on request" + by.map(name -> " of " + name).orElse("");
        }
    }
}
