package dev.slicer.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script says where there is no device; what it does with one is tested by who has one. */
class GpuScriptTest {
    private static final Path BASH = Path.of("/bin/bash");
    private static final Path SCRIPT = Path.of("gpu").toAbsolutePath();

    @TempDir
    Path programs;

    private record Ended(int exitCode, String errors) {}

    private Ended run(String... arguments) throws Exception {
        assumeThat(BASH).exists();
        for (String program : List.of("dirname", "cat")) {
            Files.createSymbolicLink(programs.resolve(program), find(program));
        }
        List<String> command = new ArrayList<>(List.of(BASH.toString(), SCRIPT.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PATH", programs.toString());
        Process process = builder.start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), errors);
    }

    private static Path find(String program) throws IOException {
        for (String folder : System.getenv("PATH").split(":")) {
            Path found = Path.of(folder, program);
            if (Files.isExecutable(found)) {
                return found;
            }
        }
        throw new IOException("no " + program + " here");
    }

    @Test
    void shouldSayThatThereIsNoDevice() throws Exception {
        // When
        Ended ended = run("3");

        // Then
        assertThat(ended.exitCode()).isEqualTo(75);
        assertThat(ended.errors()).startsWith("there is no CUDA device 3 here, or no driver for it");
    }

    @Test
    void shouldRefuseWhatIsNoDevice() throws Exception {
        // When
        Ended ended = run("first");

        // Then
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.errors()).contains("a device is a number, got 'first'", "Usage: ./benchmarks/gpu");
    }
}
