package dev.slicer.checkpoint.files;

import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The files of a folder that are what a list of hashes says, and no others. All are hashed once before any is used, and what is used is
 * hashed again as it is read: nothing that is exchanged in between comes through.
 */
public final class VerifiedFiles implements ModelFiles {
    private final Path folder;
    private final Map<String, ChunkHashes> hashes;

    private VerifiedFiles(Path folder, Map<String, ChunkHashes> hashes) {
        this.folder = folder;
        this.hashes = hashes;
    }

    /**
     * Hashes the files of a folder.
     *
     * @param expected all that may be used of it
     * @param beside names of what else may lie there; so may names that begin with a dot, which are never read
     * @throws CheckpointException naming the first file that is missing, wrong, a link, or not expected
     */
    public static VerifiedFiles verify(Path folder, List<FileDigest> expected, Set<String> beside) {
        for (String other : others(folder, expected, beside)) {
            throw isOther(folder.resolve(other));
        }
        Map<String, ChunkHashes> hashes = new LinkedHashMap<>();
        expected.forEach(file -> hashes.put(file.name(), hash(folder, file)));
        return new VerifiedFiles(folder, hashes);
    }

    /**
     * Hashes one file.
     *
     * @throws CheckpointException where it is missing, wrong or a link
     */
    public static void verify(Path folder, FileDigest expected) {
        hash(folder, expected);
    }

    /** The problem of a file that {@link #others} finds. */
    public static CheckpointException isOther(Path file) {
        return new CheckpointException(file, "is none of the files that the manifest names");
    }

    /**
     * The names of what lies in a folder and is not expected, in alphabetical order.
     *
     * @throws CheckpointException where it cannot be listed
     */
    public static List<String> others(Path folder, List<FileDigest> expected, Set<String> beside) {
        Set<String> names = expected.stream().map(FileDigest::name).collect(Collectors.toSet());
        List<String> others = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
            for (Path path : found) {
                String name = path.getFileName().toString();
                if (!names.contains(name) && !beside.contains(name) && !name.startsWith(".")) {
                    others.add(name);
                }
            }
            others.sort(Comparator.naturalOrder());
            return others;
        } catch (DirectoryIteratorException failure) {
            throw new CheckpointException(
                    folder, "cannot be listed: " + IoProblem.of(failure.getCause()), failure.getCause());
        } catch (NoSuchFileException missing) {
            throw new CheckpointException(folder, "folder is missing", missing);
        } catch (IOException failure) {
            throw new CheckpointException(folder, "cannot be listed: " + IoProblem.of(failure), failure);
        }
    }

    /**
     * A link leads to where others may write, and a pipe would never end.
     *
     * @throws CheckpointException where it is anything but a file
     */
    public static void requirePlain(Path file) {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isRegularFile()) {
                throw new CheckpointException(
                        file, found.isSymbolicLink() ? "is a link; a checkpoint has only files" : "is no plain file");
            }
        } catch (NoSuchFileException missing) {
            throw new CheckpointException(file, "file is missing", missing);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    /**
     * As {@link #requirePlain}, of a folder.
     *
     * @throws CheckpointException where it is anything but a folder
     */
    public static void requireFolder(Path folder) {
        if (Files.isSymbolicLink(folder)) {
            throw new CheckpointException(folder, "is a link; a checkpoint is a folder of the store");
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new CheckpointException(folder, "there is no such checkpoint", CheckpointException.Kind.UNAVAILABLE);
        }
    }

    private static ChunkHashes hash(Path folder, FileDigest expected) {
        Path file = folder.resolve(expected.name());
        requirePlain(file);
        try (FileContent content = PlainContent.open(file, LinkOption.NOFOLLOW_LINKS)) {
            expected.requireSize(file, content.size());
            ChunkHashes found = ChunkHashes.of(content);
            expected.requireHash(file, found.sha256());
            return found;
        }
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public boolean has(String name) {
        return hashes.containsKey(name);
    }

    @Override
    public byte[] read(String name) {
        try (FileContent content = open(name)) {
            if (content.size() > Integer.MAX_VALUE - 8) {
                throw new CheckpointException(path(name), "has more than the 2 GiB that are read at once");
            }
            byte[] bytes = new byte[(int) content.size()];
            content.read(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    @Override
    public FileContent open(String name) {
        ChunkHashes known = hashes.get(name);
        if (known == null) {
            throw new CheckpointException(path(name), "file is missing", CheckpointException.Kind.UNAVAILABLE);
        }
        return new VerifiedContent(PlainContent.open(path(name), LinkOption.NOFOLLOW_LINKS), known);
    }
}
