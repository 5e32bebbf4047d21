package dev.slicer.checkpoint.files;

import dev.slicer.io.IoProblem;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a file has when it is read. */
final class PlainContent implements FileContent {
    private final Path file;
    private final FileChannel channel;
    private final long size;

    private PlainContent(Path file, FileChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
    }

    /** @throws CheckpointException where it is missing or cannot be read */
    static PlainContent open(Path file, OpenOption... options) {
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(StandardOpenOption.READ);
        try {
            FileChannel channel = FileChannel.open(file, all);
            try {
                return new PlainContent(file, channel, channel.size());
            } catch (IOException | RuntimeException failure) {
                channel.close();
                throw failure;
            }
        } catch (NoSuchFileException missing) {
            throw new CheckpointException(file, "file is missing", missing);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long position, ByteBuffer target) {
        try {
            long next = position;
            while (target.hasRemaining()) {
                int count = channel.read(target, next);
                if (count < 0) {
                    throw new EOFException("it ends at byte " + next);
                }
                next += count;
            }
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
