package dev.slicer.checkpoint.files;

import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A folder's files as they are. */
record FolderFiles(Path folder) implements ModelFiles {
    @Override
    public boolean has(String name) {
        return Files.isRegularFile(path(name));
    }

    @Override
    public byte[] read(String name) {
        Path file = path(name);
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new CheckpointException(file, "file is missing", missing);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    @Override
    public FileContent open(String name) {
        return PlainContent.open(path(name));
    }
}
