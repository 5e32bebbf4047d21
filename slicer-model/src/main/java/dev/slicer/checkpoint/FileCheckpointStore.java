package dev.slicer.checkpoint;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.checkpoint.signing.ManifestSignature;
import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.events.CheckpointIds;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
    private final CheckpointTrust trust;
    private final Optional<SigningKey> signing;

    /**
     * One that signs nothing and trusts in all.
     *
     * @param root made when the first checkpoint is published
     */
    public FileCheckpointStore(Path root) {
        this(root, CheckpointTrust.inAll(), Optional.empty());
    }

    /**
     * @param root made when the first checkpoint is published
     * @param trust asked of checkpoints that are fetched or listed
     * @param signing what is published here is signed with
     */
    public FileCheckpointStore(Path root, CheckpointTrust trust, Optional<SigningKey> signing) {
        this.root = root.toAbsolutePath().normalize();
        this.trust = trust;
        this.signing = signing;
    }

    /** The folder of all checkpoints. What lies in it under a name that begins with a dot is none. */
    public Path root() {
        return root;
    }

    @Override
    public Checkpoint publish(Path stagedFolder, Manifest manifest) {
        Path target = root.resolve(manifest.id());
        if (Files.exists(target)) {
            throw new CheckpointException(target, "exists already");
        }
        CheckpointVerifier.verifyContent(stagedFolder, manifest);
        discardAbandoned();
        List<Path> files;
        Checkpoint published;
        try (StagedFolder staged = StagedFolder.beside(target)) {
            files = filesOf(stagedFolder);
            for (Path file : files) {
                staged.add(file);
            }
            Manifest described = manifest.describing(staged.path());
            published = new Checkpoint(
                    target, described, described.write(staged.path(), signing).digest());
            staged.publish();
        } catch (IOException failure) {
            throw new CheckpointException(target, "cannot be published: " + IoProblem.of(failure), failure);
        }
        // Only now, so that a failure before leaves the caller what may be hours of training.
        discard(stagedFolder, files);
        return published;
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
            Files.deleteIfExists(stagedFolder.resolve(ManifestSignature.FILE_NAME));
            Files.delete(stagedFolder);
        } catch (IOException failure) {
            LOG.warn("{} is published, but its files cannot be deleted there: {}", stagedFolder, failure.toString());
        }
    }

    @Override
    public VerifiedCheckpoint fetch(String id) {
        CheckpointIds.requireValid(id);
        return CheckpointVerifier.verify(root.resolve(id), id, Optional.empty(), trust);
    }

    @Override
    public VerifiedCheckpoint fetch(String id, Optional<String> digest) {
        CheckpointIds.requireValid(id);
        Path folder = root.resolve(id);
        if (digest.isEmpty() && trust.digestRequired()) {
            throw new CheckpointException(
                    folder, "was announced without a digest, and slicer.checkpoints.require-digest asks for one");
        }
        VerifiedCheckpoint found = CheckpointVerifier.verify(folder, id, digest, trust);
        if (digest.isEmpty()) {
            LOG.warn(
                    "{} was announced without a digest, as earlier versions did; what lies there, {}, is taken for it",
                    folder,
                    found.digest());
        }
        return found;
    }

    @Override
    public ModelFiles fetchFolder(Path folder) {
        Path place = folder.toAbsolutePath().normalize();
        return trust.keys().isEmpty()
                ? ModelFiles.in(place)
                : CheckpointVerifier.verify(place, place.getFileName().toString(), Optional.empty(), trust)
                        .files();
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

    private Optional<Checkpoint> read(Path folder) {
        try {
            ManifestFile file = ManifestFile.read(folder);
            trust.keys().ifPresent(file::requireSigner);
            Manifest manifest = file.manifestOf(folder.getFileName().toString());
            return Optional.of(new Checkpoint(folder, manifest, file.digest()));
        } catch (CheckpointException unreadable) {
            LOG.warn("left out of the list of checkpoints: {}", unreadable.getMessage());
            return Optional.empty();
        }
    }

    /** Its folder, for messages. */
    @Override
    public String toString() {
        return root.toString();
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            List<Path> files = paths.filter(
                            path -> !Manifest.isBeside(path.getFileName().toString()))
                    .sorted()
                    .toList();
            for (Path file : files) {
                if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw new CheckpointException(file, "is no plain file; a checkpoint has only such");
                }
            }
            return files;
        }
    }
}
