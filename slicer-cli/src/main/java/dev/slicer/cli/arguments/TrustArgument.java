package dev.slicer.cli.arguments;

import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.signing.TrustedKeys;
import dev.slicer.cli.console.CommandFailedException;
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

    /** @throws CommandFailedException where a name is blank, as a variable that is not set leaves it */
    public CheckpointTrust toTrust() {
        List<Path> places = trustedKeys == null ? List.of() : trustedKeys;
        if (places.stream().anyMatch(place -> place.toString().isBlank())) {
            throw new CommandFailedException(
                    "--trusted-keys, or SLICER_CHECKPOINTS_TRUSTED_KEYS, names a file without a "
                            + "name; leave both out to ask for no signature");
        }
        return CheckpointTrust.in(places.isEmpty() ? Optional.empty() : Optional.of(new TrustedKeys(places)));
    }
}
