package dev.slicer.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Programs that check what they will run, where this machine has them. */
final class Tool {
    /** What a program said (both streams together) and how it ended. */
    record Run(int status, String output) {}

    private Tool() {}

    /**
     * Skips the test where the command does not succeed.
     *
     * @param needed what a machine needs for the command
     */
    static void assumeWorks(String needed, String... command) {
        boolean works;
        try {
            works = run(Path.of(""), Map.of(), command).status() == 0;
        } catch (UncheckedIOException notInstalled) {
            works = false;
        }
        assumeTrue(works, () -> "needs " + needed);
    }

    static Run run(Path folder, Map<String, String> environment, String... command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
        builder.redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
