package dev.slicer.checkpoint;

import dev.slicer.checkpoint.signing.TrustedKeys;
import java.util.Optional;

/**
 * What is asked of checkpoints before they are used.
 *
 * @param keys one of which must have signed a checkpoint; empty where signatures are not asked for
 * @param digestRequired whether a checkpoint is refused that was announced and promoted without a digest, as earlier versions did
 */
public record CheckpointTrust(Optional<TrustedKeys> keys, boolean digestRequired) {
    /** Whoever made them. */
    public static CheckpointTrust inAll() {
        return new CheckpointTrust(Optional.empty(), false);
    }

    /** In those that one of these keys has signed. */
    public static CheckpointTrust in(Optional<TrustedKeys> keys) {
        return new CheckpointTrust(keys, false);
    }
}
