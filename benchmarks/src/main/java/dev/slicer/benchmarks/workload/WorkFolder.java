package dev.slicer.benchmarks.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is gone afterwards. */
public record WorkFolder(Path path) implements AutoCloseable {
    /** @param parent on the file system of what is to be linked to */
    public static WorkFolder in(Path parent) throws IOException {
        return new WorkFolder(Files.createTempDirectory(parent, "run-"));
    }

    public static WorkFolder temporary() throws IOException {
        return new WorkFolder(Files.createTempDirectory("slicer-benchmark"));
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(path)) {
            deepestFirst = paths.sorted((a, b) -> b.compareTo(a)).toList();
        }
        for (Path one : deepestFirst) {
            Files.delete(one);
        }
    }
}
