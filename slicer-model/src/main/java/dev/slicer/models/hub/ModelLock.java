package dev.slicer.models.hub;

import dev.slicer.io.IoProblem;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps two processes, and two threads of one, from preparing the same model at once. The operating system frees the
 * lock of a process that dies.
 */
public final class ModelLock implements AutoCloseable {
    /** File locks are held by the whole process, so its threads need a lock of their own. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock thread;
    private final FileChannel channel;

    private ModelLock(ReentrantLock thread, FileChannel channel) {
        this.thread = thread;
        this.channel = channel;
    }

    /** Waits for the process that prepares the model in this folder. */
    public static ModelLock acquire(Path modelFolder, DownloadListener listener) {
        Path file = modelFolder.toAbsolutePath().normalize().resolveSibling("." + modelFolder.getFileName() + ".lock");
        ReentrantLock thread = THREADS.computeIfAbsent(file, path -> new ReentrantLock());
        thread.lock();
        try {
            Files.createDirectories(file.getParent());
            return new ModelLock(thread, lock(file, modelFolder, listener));
        } catch (IOException failure) {
            thread.unlock();
            throw new ModelException("cannot lock " + file + ": " + IoProblem.of(failure), failure);
        } catch (RuntimeException failure) {
            thread.unlock();
            throw failure;
        }
    }

    private static FileChannel lock(Path file, Path modelFolder, DownloadListener listener) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                listener.report("Waiting for another process that prepares " + modelFolder, 0, OptionalLong.empty());
                channel.lock();
            }
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            thread.unlock();
        }
    }
}
