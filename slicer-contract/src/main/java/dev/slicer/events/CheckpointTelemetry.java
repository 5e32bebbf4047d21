package dev.slicer.events;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a checkpoint on an instance of inference. It decides nothing by itself, so it has a topic of its own, which
 * forgets: there is one for each instance and checkpoint, and more where instances restart.
 *
 * @param instance of inference that says it
 * @param reason in words
 */
public record CheckpointTelemetry(String checkpointId, Kind kind, Instant at, String instance, Optional<String> reason)
        implements Event {

    public enum Kind {
        /** The instance has loaded it and serves it. */
        SERVED,
        /** The instance was to serve it and could not load it. */
        LOAD_FAILED,
        /** The instance was to try it, and it is not what it should be; an evaluator refuses it for that. */
        UNUSABLE
    }

    public CheckpointTelemetry {
        Require.id("checkpointId", checkpointId);
        Require.present("kind", kind);
        Require.time("at", at);
        Require.notBlank("instance", instance);
        reason = reason == null ? Optional.empty() : reason;
    }

    @Override
    public String key() {
        return checkpointId;
    }
}
