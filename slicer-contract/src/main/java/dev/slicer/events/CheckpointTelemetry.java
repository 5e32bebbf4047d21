package dev.slicer.events;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a checkpoint on an instance of inference. It decides nothing, so it has a topic of its own, which forgets:
 * there is one for each instance and checkpoint, and more where instances restart.
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
        LOAD_FAILED
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
