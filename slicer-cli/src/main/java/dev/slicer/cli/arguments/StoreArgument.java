package dev.slicer.cli.arguments;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.io.Home;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Option of every command that reads or writes checkpoints of a store. */
public final class StoreArgument {
    /** For the description of an option of this name that is one of several to choose from, where no mixin can be. */
    public static final String DEFAULT =
            "Default: ~/.cache/slicer/checkpoints, or checkpoints in the folder that SLICER_HOME names.";

    @Option(names = "--store", paramLabel = "FOLDER", description = "Checkpoint store. " + DEFAULT)
    private Optional<Path> store = Optional.empty();

    @Mixin
    private TrustArgument trust = new TrustArgument();

    public Path orDefault(Home home) {
        return store.orElseGet(home::checkpoints);
    }

    /** The store, which trusts in those whom the arguments name. */
    public CheckpointStore open(Home home) {
        return new FileCheckpointStore(orDefault(home), trust.toTrust(), Optional.empty());
    }

    /** Whom the arguments name. */
    public CheckpointTrust trust() {
        return trust.toTrust();
    }
}
