package dev.slicer.cli.arguments;

import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.signing.TrustedKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Option of every command that uses checkpoints: whose. */
public final class TrustArgument {
    @Option(
            names = "--trusted-keys",
            split = ",",
            paramLabel = "FILE|FOLDER",
            defaultValue = "${env:SLICER_CHECKPOINTS_TRUSTED_KEYS}",
            description =
                    "Public keys in PEM format, or folders of them: only checkpoints that one of them has signed are "
                            + "used. Default: SLICER_CHECKPOINTS_TRUSTED_KEYS, else no signature is asked for.")
    private List<Path> trustedKeys = List.of();

    public CheckpointTrust toTrust() {
        return CheckpointTrust.in(
                trustedKeys == null || trustedKeys.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new TrustedKeys(trustedKeys)));
    }
}
