package dev.slicer.events;

import dev.slicer.metrics.Comparison;
import java.time.Instant;
import java.util.Optional;

/**
 * A step of a checkpoint on its way from candidate to production and back. What an evaluator says has a {@code current},
 * and counts only while that one is promoted; what people say has none, and counts whichever is, as does what inference
 * said in earlier versions.
 *
 * @param by who took it: a service's instance or a person
 * @param reason in words
 * @param current the checkpoint in whose place it would come, {@link #NO_CHECKPOINT} where none is promoted
 * @param documents that are tagged for the comparison
 * @param comparison with the current checkpoint, where there was one
 * @param trial the time of the {@link Kind#TRIAL_BEGUN} that began what this ends; earlier versions did not say it
 * @param digest of the checkpoint's manifest, as whoever took the step knew it: once a trial or a promotion says it, no other
 *     content counts for the checkpoint; earlier versions did not say it
 */
public record CheckpointEvent(
        String checkpointId,
        Kind kind,
        Instant at,
        String by,
        Optional<String> reason,
        Optional<String> current,
        Optional<Integer> documents,
        Optional<Comparison> comparison,
        Optional<Instant> trial,
        Optional<String> digest)
        implements Event {

    /** The current checkpoint while there is none. */
    public static final String NO_CHECKPOINT = "none";

    public enum Kind {
        /** The benchmark is being tagged by it and by the current checkpoint. */
        TRIAL_BEGUN,
        /** Its trial got no further for want of answers; it comes again when others have had their turn. */
        SET_ASIDE,
        PROMOTED,
        REFUSED,
        /** It was the promoted one and is no more; the one before is again. */
        ROLLED_BACK,
        /** An instance of inference has loaded it. Earlier versions wrote it; now it is {@link CheckpointTelemetry}. */
        SERVED
    }

    public CheckpointEvent {
        Require.id("checkpointId", checkpointId);
        Require.present("kind", kind);
        Require.time("at", at);
        Require.notBlank("by", by);
        reason = reason == null ? Optional.empty() : reason;
        current = current == null ? Optional.empty() : current;
        documents = documents == null ? Optional.empty() : documents;
        comparison = comparison == null ? Optional.empty() : comparison;
        trial = trial == null ? Optional.empty() : trial;
        digest = digest == null ? Optional.empty() : digest;
        current.ifPresent(id -> Require.id("current", id));
        documents.ifPresent(count -> Require.count("documents", count));
        trial.ifPresent(begun -> Require.time("trial", begun));
        digest.ifPresent(value -> Require.digest("digest", value));
    }

    /** A step that says nothing of the checkpoint's content. */
    public CheckpointEvent(
            String checkpointId,
            Kind kind,
            Instant at,
            String by,
            Optional<String> reason,
            Optional<String> current,
            Optional<Integer> documents,
            Optional<Comparison> comparison,
            Optional<Instant> trial) {
        this(checkpointId, kind, at, by, reason, current, documents, comparison, trial, Optional.empty());
    }

    /** A step that ends no trial. */
    public CheckpointEvent(
            String checkpointId,
            Kind kind,
            Instant at,
            String by,
            Optional<String> reason,
            Optional<String> current,
            Optional<Integer> documents,
            Optional<Comparison> comparison) {
        this(checkpointId, kind, at, by, reason, current, documents, comparison, Optional.empty());
    }

    /** A step of which nothing more is to be said than why. */
    public static CheckpointEvent of(String checkpointId, Kind kind, Instant at, String by, String reason) {
        return new CheckpointEvent(
                checkpointId, kind, at, by, Optional.of(reason), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Whether it says what came of a trial, and so counts as the end of that trial alone. */
    public boolean endsTrial() {
        return switch (kind) {
            case SET_ASIDE -> true;
            case PROMOTED ->
                isOfTrial() || current.filter(one -> !one.equals(NO_CHECKPOINT)).isPresent();
            case REFUSED -> isOfTrial();
            case TRIAL_BEGUN, ROLLED_BACK, SERVED -> false;
        };
    }

    private boolean isOfTrial() {
        return trial.isPresent() || comparison.isPresent();
    }

    /** The same without its table, which grows with languages and benchmarks. */
    public CheckpointEvent withoutComparison() {
        return new CheckpointEvent(
                checkpointId, kind, at, by, reason, current, documents, Optional.empty(), trial, digest);
    }

    /** The same of a checkpoint with this digest. */
    public CheckpointEvent withDigest(Optional<String> found) {
        return new CheckpointEvent(checkpointId, kind, at, by, reason, current, documents, comparison, trial, found);
    }

    @Override
    public String key() {
        return checkpointId;
    }
}
