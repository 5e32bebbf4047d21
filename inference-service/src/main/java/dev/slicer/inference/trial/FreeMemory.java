package dev.slicer.inference.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What Linux says is free: of the machine, and of the control group that a container has. A model takes about as much as
 * its files; a process that takes more than its group may have is killed, with the model that serves in it, so that is asked
 * first.
 */
public final class FreeMemory implements Room {
    private static final long MIB = 1024 * 1024;
    private static final String UNLIMITED = "max";

    private final Path root;
    private final long spare;

    /**
     * @param root of the file system
     * @param spare bytes that must stay free
     */
    public FreeMemory(Path root, long spare) {
        this.root = root;
        this.spare = spare;
    }

    @Override
    public Optional<String> lackedBy(Path checkpoint) {
        OptionalLong free =
                LongStream.concat(ofMachine().stream(), ofGroup().stream()).min();
        if (free.isEmpty()) {
            return Optional.empty();
        }
        long taken = size(checkpoint);
        return taken + spare <= free.getAsLong()
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "not enough memory for a second model: it takes %d MiB, %d MiB are free, and %d MiB must stay so",
                        taken / MIB,
                        free.getAsLong() / MIB,
                        spare / MIB));
    }

    private OptionalLong ofMachine() {
        return number(root.resolve("proc/meminfo"), "MemAvailable:").stream()
                .map(kibibytes -> kibibytes * 1024)
                .findFirst();
    }

    /** Files that nothing uses now are given up when memory is needed. */
    private OptionalLong ofGroup() {
        Path group = root.resolve("sys/fs/cgroup");
        OptionalLong limit = number(group.resolve("memory.max"), "");
        OptionalLong used = number(group.resolve("memory.current"), "");
        if (limit.isEmpty() || used.isEmpty()) {
            return OptionalLong.empty();
        }
        long files = number(group.resolve("memory.stat"), "inactive_file").orElse(0);
        return OptionalLong.of(limit.getAsLong() - used.getAsLong() + files);
    }

    /** The number behind a word in the line that it begins; empty where there is none. */
    private static OptionalLong number(Path file, String word) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(word))
                    .map(line -> line.substring(word.length()).trim().split(" ")[0])
                    .filter(number -> !number.equals(UNLIMITED))
                    .mapToLong(Long::parseLong)
                    .findFirst();
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            // No Linux, or no control group of the second version.
            return OptionalLong.empty();
        }
    }

    private static long size(Path checkpoint) {
        try (Stream<Path> files = Files.walk(checkpoint)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            // What is wrong with it is seen when it is opened.
            return 0;
        }
    }
}
