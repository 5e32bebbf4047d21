package dev.slicer.events;

import dev.slicer.metrics.Comparison;
import java.time.Instant;
import java.util.Optional;

/**
 * A step of a checkpoint on its way from candidate to production and back.
 *
 * @param by who took it: a service's instance or a person
 * @param reason in words
 * @param current the checkpoint that it is or was compared with
 * @param documents that are tagged for the comparison
 * @param comparison with the current checkpoint, where there was one
 */
public record CheckpointEvent(
        String checkpointId,
        Kind kind,
        Instant at,
        String by,
        Optional<String> reason,
        Optional<String> current,
        Optional<Integer> documents,
        Optional<Comparison> comparison)
        implements Event {

    public enum Kind {
        /** The benchmark is being tagged by it and by the current checkpoint. */
        TRIAL_BEGUN,
        PROMOTED,
        REFUSED,
        /** It was the promoted one and is no more; the one before is again. */
        ROLLED_BACK,
        /** An instance of inference has loaded it. */
        SERVED
    }

    public CheckpointEvent {
        Require.notBlank("checkpointId", checkpointId);
        Require.present("kind", kind);
        Require.present("at", at);
        Require.notBlank("by", by);
        reason = reason == null ? Optional.empty() : reason;
        current = current == null ? Optional.empty() : current;
        documents = documents == null ? Optional.empty() : documents;
        comparison = comparison == null ? Optional.empty() : comparison;
    }

    /** A step of which nothing more is to be said than why. */
    public static CheckpointEvent of(String checkpointId, Kind kind, Instant at, String by, String reason) {
        return new CheckpointEvent(
                checkpointId, kind, at, by, Optional.of(reason), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same without its table, which grows with languages and benchmarks. */
    public CheckpointEvent withoutComparison() {
        return new CheckpointEvent(checkpointId, kind, at, by, reason, current, documents, Optional.empty());
    }

    @Override
    public String key() {
        return checkpointId;
    }
}
