package dev.slicer.checkpoint;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
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
     * @return where it is, with what it is announced by
     * @throws CheckpointException when the folder is not a checkpoint, the id is taken or the store cannot write
     */
    Checkpoint publish(Path stagedFolder, Manifest manifest);

    /**
     * The checkpoint of an id, every file checked by size and hash, and its signature where the store asks for one.
     *
     * @throws CheckpointException when there is none of that id, a file is not what the manifest says, there is one more, or no
     *     trusted key has signed
     */
    VerifiedCheckpoint fetch(String id);

    /**
     * As {@link #fetch(String)}, of a checkpoint that others speak of.
     *
     * @param digest what they say of its manifest; empty where they say nothing, as earlier versions did
     * @throws CheckpointException also where the manifest is another one, or the store asks for a digest and there is none
     */
    VerifiedCheckpoint fetch(String id, Optional<String> digest);

    /**
     * A model in a folder outside of the store, as it is; where the store asks for signatures, a signed checkpoint that has the folder's
     * name for its id.
     *
     * @throws CheckpointException as {@link #fetch(String)}
     */
    ModelFiles fetchFolder(Path folder);

    /**
     * All published checkpoints, the newest first, by their manifests alone; what cannot be read as one is left out, and where the store
     * asks for signatures what no trusted key has signed.
     */
    List<Checkpoint> list();

    /** The published checkpoint of that id; empty too where {@link #list} leaves it out. */
    default Optional<Checkpoint> find(String id) {
        return list().stream().filter(checkpoint -> checkpoint.id().equals(id)).findFirst();
    }

    default Optional<Checkpoint> latest() {
        return list().stream().findFirst();
    }
}
