package dev.slicer.checkpoint.files;

import java.nio.file.Path;

/** The files of a model, by their names. */
public interface ModelFiles {
    /** The files of a folder, whatever lies there when they are read. */
    static ModelFiles in(Path folder) {
        return new FolderFiles(folder);
    }

    /** Where they lie. */
    Path folder();

    /** Where a file lies or would, for messages. */
    default Path path(String name) {
        return folder().resolve(name);
    }

    /** Whether there is a file of that name. */
    boolean has(String name);

    /**
     * All of a file that fits into memory.
     *
     * @throws CheckpointException where it is missing, cannot be read or is not what it should be
     */
    byte[] read(String name);

    /**
     * Opens a file of any size.
     *
     * @throws CheckpointException as {@link #read}
     */
    FileContent open(String name);
}
