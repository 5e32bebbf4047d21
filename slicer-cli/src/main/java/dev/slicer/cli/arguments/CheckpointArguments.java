package dev.slicer.cli.arguments;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.events.CheckpointIds;
import dev.slicer.io.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that works with a fine-tuned checkpoint. */
public final class CheckpointArguments {
    private static final String LATEST = "latest";

    @Option(
            names = "--checkpoint",
            paramLabel = "ID|FOLDER",
            defaultValue = LATEST,
            description = "Checkpoint to use: an id from the store, a folder in HuggingFace's layout, or latest, the "
                    + "newest one of the store. Default: ${DEFAULT-VALUE}.")
    private String checkpoint = LATEST;

    @Mixin
    private StoreArgument store = new StoreArgument();

    /**
     * A checkpoint on this machine.
     *
     * @param id its id in the store, or the folder's name
     */
    public record Located(ModelFiles files, String id) {}

    /**
     * @throws CommandFailedException where the store has none
     * @throws dev.slicer.checkpoint.files.CheckpointException where it is damaged
     */
    public Located locate(Home home) {
        return locate(checkpoint, store.open(home));
    }

    /**
     * A model in another folder, as {@link CheckpointStore#fetchFolder} has it.
     *
     * @throws dev.slicer.checkpoint.files.CheckpointException where it is damaged, or not signed by whom it should be
     */
    public ModelFiles inFolder(Path folder, Home home) {
        return store.open(home).fetchFolder(folder);
    }

    public Path store(Home home) {
        return store.orDefault(home);
    }

    /** Whom checkpoints are taken from. */
    public CheckpointTrust trust() {
        return store.trust();
    }

    /** As {@link #locate(Home)}, of any checkpoint. */
    public static Located locate(String checkpoint, CheckpointStore checkpoints) {
        if (checkpoint.equals(LATEST)) {
            Checkpoint newest = checkpoints
                    .latest()
                    .orElseThrow(() -> new CommandFailedException("there is no checkpoint in " + checkpoints
                            + "; train one with slicer train, or name one with --checkpoint"));
            return new Located(checkpoints.fetch(newest.id()).files(), newest.id());
        }
        Path folder = Path.of(checkpoint);
        if (Files.isDirectory(folder)) {
            Path absolute = folder.toAbsolutePath().normalize();
            return new Located(
                    checkpoints.fetchFolder(absolute), absolute.getFileName().toString());
        }
        if (!CheckpointIds.isValid(checkpoint)) {
            throw new CommandFailedException("there is no folder " + checkpoint);
        }
        return new Located(checkpoints.fetch(checkpoint).files(), checkpoint);
    }
}
