package dev.slicer.cli.arguments;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.signing.SigningKey;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Option of every command that makes checkpoints. */
public final class SigningArgument {
    @Option(
            names = "--signing-key",
            paramLabel = "FILE",
            defaultValue = "${env:SLICER_CHECKPOINTS_SIGNING_KEY}",
            description =
                    "Private key in PEM format (Ed25519, PKCS #8) to sign the checkpoint with; slicer keys makes one. "
                            + "Default: SLICER_CHECKPOINTS_SIGNING_KEY, else it is not signed.")
    private Optional<Path> signingKey = Optional.empty();

    /**
     * A store that signs what is published.
     *
     * @param trust asked of what else lies there
     * @throws dev.slicer.checkpoint.signing.SigningKeyException where the key cannot be read
     */
    public CheckpointStore open(Path root, CheckpointTrust trust) {
        return new FileCheckpointStore(root, trust, signingKey.map(SigningKey::read));
    }
}
