package dev.slicer.checkpoint.files;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file that is open, of which any part can be read. Safe for several threads. */
public interface FileContent extends AutoCloseable {
    /** Opens a file as it is. */
    static FileContent of(Path file) {
        return PlainContent.open(file);
    }

    /** Where it lies, for messages. */
    Path file();

    /** In bytes. */
    long size();

    /**
     * Fills a buffer with what begins at a place.
     *
     * @throws CheckpointException where it ends before, cannot be read or is not what it should be
     */
    void read(long position, ByteBuffer target);

    @Override
    void close();
}
