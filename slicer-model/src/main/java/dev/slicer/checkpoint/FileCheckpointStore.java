package dev.slicer.checkpoint;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.events.CheckpointIds;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with one folder per checkpoint. A checkpoint appears by a rename once all of it is on the disk, so a crash at
 * any moment leaves the earlier checkpoints and no half of a new one.
 */
public final class FileCheckpointStore implements CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileCheckpointStore.class);
    /** Long enough for no publishing to be still at work. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path root;

    /** @param root made when the first checkpoint is published */
    public FileCheckpointStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** The folder of all checkpoints. What lies in it under a name that begins with a dot is none. */
    public Path root() {
        return root;
    }

    @Override
    public URI publish(Path stagedFolder, Manifest manifest) {
        Path target = root.resolve(manifest.id());
        if (Files.exists(target)) {
            throw new CheckpointException(target, "exists already");
        }
        CheckpointVerifier.verifyContent(stagedFolder, manifest);
        discardAbandoned();
        List<Path> files;
        try (StagedFolder staged = StagedFolder.beside(target)) {
            files = filesOf(stagedFolder);
            for (Path file : files) {
                staged.add(file);
            }
            manifest.describing(staged.path()).write(staged.path());
            staged.publish();
        } catch (IOException failure) {
            throw new CheckpointException(target, "cannot be published: " + IoProblem.of(failure), failure);
        }
        // Only now, so that a failure before leaves the caller what may be hours of training.
        discard(stagedFolder, files);
        return target.toUri();
    }

    /** What others left behind takes room, but is no reason to publish nothing. */
    private void discardAbandoned() {
        try {
            StagedFolder.discardAbandonedIn(root, ABANDONED);
        } catch (CheckpointException failure) {
            LOG.warn(failure.getMessage());
        }
    }

    /** What is left over takes room, but the checkpoint is published. */
    private static void discard(Path stagedFolder, List<Path> files) {
        try {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.deleteIfExists(stagedFolder.resolve(Manifest.FILE_NAME));
            Files.delete(stagedFolder);
        } catch (IOException failure) {
            LOG.warn("{} is published, but its files cannot be deleted there: {}", stagedFolder, failure.toString());
        }
    }

    @Override
    public Path fetch(String id) {
        CheckpointIds.requireValid(id);
        Path folder = root.resolve(id);
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder, "there is no such checkpoint", CheckpointException.Kind.UNAVAILABLE);
        }
        CheckpointVerifier.verify(folder);
        return folder;
    }

    @Override
    public List<Checkpoint> list() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(
                            folder -> !folder.getFileName().toString().startsWith(".") && Files.isDirectory(folder))
                    .flatMap(folder -> read(folder).stream())
                    .sorted(Comparator.comparing((Checkpoint checkpoint) ->
                                    checkpoint.manifest().createdAt())
                            .thenComparing(Checkpoint::id)
                            .reversed())
                    .toList();
        } catch (IOException failure) {
            throw new CheckpointException(root, "cannot be listed: " + IoProblem.of(failure), failure);
        }
    }

    @Override
    public Optional<Checkpoint> find(String id) {
        return CheckpointIds.isValid(id) && Files.isDirectory(root.resolve(id))
                ? read(root.resolve(id))
                : Optional.empty();
    }

    private static Optional<Checkpoint> read(Path folder) {
        try {
            return Optional.of(new Checkpoint(folder, Manifest.read(folder)));
        } catch (CheckpointException unreadable) {
            LOG.warn("left out of the list of checkpoints: {}", unreadable.getMessage());
            return Optional.empty();
        }
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            List<Path> files = paths.filter(path -> !path.endsWith(Manifest.FILE_NAME))
                    .sorted()
                    .toList();
            for (Path file : files) {
                if (!Files.isRegularFile(file)) {
                    throw new CheckpointException(file, "is no plain file; a checkpoint has only such");
                }
            }
            return files;
        }
    }
}
