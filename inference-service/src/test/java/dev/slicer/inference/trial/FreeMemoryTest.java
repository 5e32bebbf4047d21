package dev.slicer.inference.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
    private static final long MIB = 1024 * 1024;

    @TempDir
    private Path root;

    @TempDir
    private Path checkpoint;

    private final long spare = 100 * MIB;

    @BeforeEach
    void makeACheckpointOf700Mebibytes() throws IOException {
        try (RandomAccessFile weights = new RandomAccessFile(
                Files.createDirectories(checkpoint.resolve("files"))
                        .resolve("model.safetensors")
                        .toFile(),
                "rw")) {
            weights.setLength(700 * MIB);
        }
    }

    @Test
    void shouldHaveRoomWhereFilesAndSpareFitIntoWhatTheMachineHas() throws IOException {
        write("proc/meminfo", "MemTotal:  4096000 kB\nMemAvailable:  819200 kB\n");
        assertThat(new FreeMemory(root, spare).lackedBy(checkpoint)).isEmpty();

        write("proc/meminfo", "MemTotal:  4096000 kB\nMemAvailable:  819199 kB\n");
        assertThat(new FreeMemory(root, spare).lackedBy(checkpoint))
                .hasValue("not enough memory for a second model: it takes 700 MiB, 799 MiB are free, and 100 MiB must "
                        + "stay so");
    }

    @Test
    void shouldGoByTheControlGroupWhereThatHasLess() throws IOException {
        // Given: a machine with much, and a container that may have 2 GiB
        write("proc/meminfo", "MemAvailable:  8192000 kB\n");
        write("sys/fs/cgroup/memory.max", 2048 * MIB + "\n");
        write("sys/fs/cgroup/memory.current", 1300 * MIB + "\n");
        write("sys/fs/cgroup/memory.stat", "anon 1\ninactive_file " + 51 * MIB + "\n");

        // When and then: files that nothing uses give way
        assertThat(new FreeMemory(root, spare).lackedBy(checkpoint))
                .hasValueSatisfying(problem -> assertThat(problem).contains("799 MiB are free"));
        write("sys/fs/cgroup/memory.stat", "anon 1\ninactive_file " + 52 * MIB + "\n");
        assertThat(new FreeMemory(root, spare).lackedBy(checkpoint)).isEmpty();
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.stat", "\n");
        assertThat(new FreeMemory(root, spare).lackedBy(checkpoint)).isEmpty();
    }

    @Test
    void shouldHaveRoomWhereNothingIsSaidOfMemory() {
        assertThat(new FreeMemory(root, spare).lackedBy(checkpoint)).isEmpty();
        assertThat(new FreeMemory(root, spare).lackedBy(checkpoint.resolve("missing")))
                .isEmpty();
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
