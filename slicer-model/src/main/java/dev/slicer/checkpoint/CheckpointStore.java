package dev.slicer.checkpoint;

import dev.slicer.checkpoint.files.CheckpointException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where fine-tuned checkpoints are kept and shared between the services. */
public interface CheckpointStore {
    /**
     * Makes a checkpoint visible, whole or not at all. The folder given is used up when that succeeds and
     * left as it was when it fails.
     *
     * @param stagedFolder with {@code config.json}, {@code model.safetensors} and {@code tokenizer.json}, no subfolders
     * @param manifest its files are filled in by the store
     * @return where it is
     * @throws CheckpointException when the folder is not a checkpoint, the id is taken or the store cannot write
     */
    URI publish(Path stagedFolder, Manifest manifest);

    /**
     * A local folder with the checkpoint, every file checked by size and hash.
     *
     * @throws CheckpointException when there is none of that id or a file is not what the manifest says
     */
    Path fetch(String id);

    /** All published checkpoints, the newest first; what cannot be read as one is left out. */
    List<Checkpoint> list();

    /** The published checkpoint of that id; empty too where it cannot be read as one. */
    default Optional<Checkpoint> find(String id) {
        return list().stream().filter(checkpoint -> checkpoint.id().equals(id)).findFirst();
    }

    default Optional<Checkpoint> latest() {
        return list().stream().findFirst();
    }
}
