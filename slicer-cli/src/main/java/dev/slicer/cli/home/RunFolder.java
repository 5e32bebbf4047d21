package dev.slicer.cli.home;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Folder of one run, named by the id of its process so that a later run can tell what a killed one left behind. */
public final class RunFolder implements AutoCloseable {
    private final Path path;
    private final boolean keep;

    private RunFolder(Path path, boolean keep) {
        this.path = path;
        this.keep = keep;
    }

    /**
     * @param command begins the folder's name
     * @param keep whether {@link #close} leaves the folder; a later run of the command removes it all the same
     * @throws CommandFailedException where no folder can be made there
     */
    public static RunFolder create(Path parent, String command, boolean keep) {
        String prefix = command + "-";
        try {
            Files.createDirectories(parent);
            removeLeftOvers(parent, prefix);
            Path folder = parent.resolve(prefix + ProcessHandle.current().pid());
            delete(folder);
            return new RunFolder(Files.createDirectory(folder), keep);
        } catch (IOException cause) {
            throw new CommandFailedException(
                    "cannot make a folder for this run in " + parent + ": " + IoProblem.of(cause), cause);
        }
    }

    public Path path() {
        return path;
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        if (!keep) {
            try {
                delete(path);
            } catch (IOException cause) {
                throw new UncheckedIOException("cannot remove " + path, cause);
            }
        }
    }

    private static void removeLeftOvers(Path parent, String prefix) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, prefix + "*")) {
            for (Path folder : folders) {
                Optional<Long> pid = pid(folder, prefix);
                if (pid.isPresent()
                        && ProcessHandle.of(pid.get())
                                .filter(ProcessHandle::isAlive)
                                .isEmpty()) {
                    delete(folder);
                }
            }
        }
    }

    private static Optional<Long> pid(Path folder, String prefix) {
        String pid = folder.getFileName().toString().substring(prefix.length());
        return pid.matches("\\d{1,18}") ? Optional.of(Long.valueOf(pid)) : Optional.empty();
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
