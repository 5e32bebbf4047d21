package dev.slicer.roots;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Folders below which somebody else may name files. Whatever is not such a file is told apart by nothing: a name that leads
 * out of the folders gives the same answer whether there is something or not.
 *
 * @param folders searched in this order; one that is not there has nothing in it
 */
public record Roots(List<Path> folders) {
    private static final int LONGEST_NAME = 1_000;

    public Roots {
        folders = List.copyOf(folders);
    }

    /** Whether a text can name a file below a folder: relative, downwards only, no control characters. */
    public static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= LONGEST_NAME
                && name.indexOf('\\') < 0
                && name.chars().noneMatch(Character::isISOControl)
                && Stream.of(name.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    /** The content of the regular file of that name; empty where there is none that may be read. */
    public Optional<InputStream> open(String name) {
        return find(name, Roots::open);
    }

    /** The folder of that name, if the files in it lie below the same root as well; empty where there is none such. */
    public Optional<Path> folder(String name) {
        return find(name, Roots::folder);
    }

    /** Looks for something below a root, both without symbolic links in their paths. */
    @FunctionalInterface
    private interface Search<T> {
        Optional<T> in(Path root, Path found) throws IOException;
    }

    private <T> Optional<T> find(String name, Search<T> search) {
        if (!isName(name)) {
            return Optional.empty();
        }
        for (Path folder : folders) {
            try {
                Path root = folder.toRealPath();
                Path found = root.resolve(name).toRealPath();
                Optional<T> result = found.startsWith(root) ? search.in(root, found) : Optional.empty();
                if (result.isPresent()) {
                    return result;
                }
            } catch (IOException | InvalidPathException notThere) {
                // Why not is for nobody to know who may only name what is there.
                continue;
            }
        }
        return Optional.empty();
    }

    private static Optional<InputStream> open(Path root, Path file) throws IOException {
        // Before it is opened, as opening a pipe waits for a writer.
        BasicFileAttributes checked = attributes(file);
        if (!checked.isRegularFile()) {
            return Optional.empty();
        }
        InputStream content = Channels.newInputStream(
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        if (!file.toRealPath().equals(file) || !isSame(checked, attributes(file))) {
            // Somebody exchanged it, or a folder above it, in between.
            content.close();
            return Optional.empty();
        }
        return Optional.of(content);
    }

    private static Optional<Path> folder(Path root, Path folder) throws IOException {
        if (!attributes(folder).isDirectory()) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (!entry.toRealPath().startsWith(root)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(folder);
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isSame(BasicFileAttributes one, BasicFileAttributes other) {
        return other.isRegularFile() && Objects.equals(one.fileKey(), other.fileKey());
    }
}
