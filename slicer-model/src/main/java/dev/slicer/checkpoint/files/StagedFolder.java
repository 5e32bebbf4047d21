package dev.slicer.checkpoint.files;

import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that is filled beside its final place and then renamed into it, so that a reader of the final place sees
 * all of it or nothing. Closing it unpublished deletes it.
 */
public final class StagedFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedFolder.class);
    private static final String MARK = ".staging-";

    private final Path target;
    private final Path folder;

    private StagedFolder(Path target, Path folder) {
        this.target = target;
        this.folder = folder;
    }

    /** Makes an empty folder beside the target, on the same file system. */
    public static StagedFolder beside(Path target) {
        try {
            Path parent = parent(target);
            Files.createDirectories(parent);
            // Not a temporary directory of the JDK: that one would stay closed to other users once published.
            Path folder = parent.resolve("." + target.getFileName() + MARK + UUID.randomUUID());
            return new StagedFolder(target, Files.createDirectory(folder));
        } catch (IOException failure) {
            throw new CheckpointException(target, "no folder can be made beside it: " + IoProblem.of(failure), failure);
        }
    }

    /**
     * Deletes what killed processes left beside one target. No other process may be at work on that target.
     */
    public static void discardAbandoned(Path target) {
        discard(parent(target), "." + target.getFileName() + MARK + "*", Duration.ZERO);
    }

    /** Deletes what killed processes left in a folder of targets, if untouched for so long that no process is at work on it. */
    public static void discardAbandonedIn(Path parent, Duration untouched) {
        if (Files.isDirectory(parent)) {
            discard(parent, ".*" + MARK + "*", untouched);
        }
    }

    private static void discard(Path parent, String glob, Duration untouched) {
        Instant newest = Instant.now().minus(untouched);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, glob)) {
            for (Path folder : left) {
                discard(folder, newest);
            }
        } catch (DirectoryIteratorException failure) {
            throw new CheckpointException(
                    parent, "leftovers in it cannot be listed: " + IoProblem.of(failure.getCause()), failure);
        } catch (IOException failure) {
            throw new CheckpointException(
                    parent, "leftovers in it cannot be deleted: " + IoProblem.of(failure), failure);
        }
    }

    private static void discard(Path folder, Instant newest) throws IOException {
        try {
            if (!Files.getLastModifiedTime(folder).toInstant().isAfter(newest)) {
                delete(folder);
            }
        } catch (NoSuchFileException gone) {
            // Another process has published it since it was listed, or deletes it as well.
            LOG.debug("{} is gone already", folder);
        }
    }

    public Path path() {
        return folder;
    }

    /**
     * Puts a file that is never changed again into the folder. A link costs neither time nor room; another file system, or
     * one without links, needs a copy.
     *
     * @throws NoSuchFileException where it is gone
     */
    public void add(Path file) throws IOException {
        Path place = folder.resolve(file.getFileName());
        try {
            Files.createLink(place, file);
        } catch (FileSystemException | UnsupportedOperationException noLink) {
            Files.copy(file, place);
        }
    }

    /**
     * Brings the files to the disk and renames the folder into its place.
     *
     * @throws CheckpointException when the place is taken or the disk refuses
     */
    public Path publish() {
        if (Files.exists(target)) {
            throw new CheckpointException(target, "exists already");
        }
        try {
            force();
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(parent(target));
            return target;
        } catch (IOException failure) {
            throw new CheckpointException(target, "cannot be published: " + IoProblem.of(failure), failure);
        }
    }

    /**
     * As {@link #publish}, but whatever is in the place gives way and is deleted.
     *
     * @throws CheckpointException when the disk refuses
     */
    public Path replace() {
        if (!Files.exists(target)) {
            return publish();
        }
        try (StagedFolder old = beside(target)) {
            Files.move(target, old.folder.resolve(target.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            return publish();
        } catch (IOException failure) {
            throw new CheckpointException(target, "cannot be replaced: " + IoProblem.of(failure), failure);
        }
    }

    private void force() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                force(file, StandardOpenOption.WRITE);
            }
        }
        forceFolder(folder);
    }

    @Override
    public void close() {
        try {
            delete(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path parent(Path target) {
        return target.toAbsolutePath().getParent();
    }

    /** Deletes a folder and all in it; nothing happens where there is none. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = new ArrayList<>(walk.toList());
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
        paths.sort(Comparator.reverseOrder());
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    private static void forceFolder(Path folder) throws IOException {
        // Windows cannot open a folder; there the rename itself is all that can be had.
        if (!System.getProperty("os.name").startsWith("Windows")) {
            force(folder, StandardOpenOption.READ);
        }
    }

    private static void force(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }
}
