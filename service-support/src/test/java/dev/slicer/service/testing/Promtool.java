package dev.slicer.service.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@code promtool check metrics}, where this machine has it. */
public final class Promtool {
    /** What to accept at {@code /q/metrics}: without it that is OpenMetrics, which promtool does not read. */
    public static final String FORMAT = "text/plain";

    private static final int FINE = 0;
    private static final int COMPLAINTS = 3;
    /** What Slicer and its HTTP server expose. Names and help of other libraries' metrics are theirs. */
    private static final List<String> OWN = List.of("slicer_", "http_");

    /** Of a LongTaskTimer Micrometer writes samples by names that the help above them does not have. */
    private static final String LONG_TASKS = "http_server_connections_seconds_";

    private Promtool() {}

    /** Skips the test where there is no promtool. */
    static void assumeInstalled() {
        assumeTrue(isInstalled(), "needs promtool");
    }

    /**
     * What it finds wrong with the names, types and help of this project's metrics. Skips the test where there is no
     * promtool.
     *
     * @param exposition all that a service answers at {@code /q/metrics}, in {@link #FORMAT}
     * @throws AssertionError where Prometheus could not read it at all, no matter who wrote what it stumbles over
     */
    public static List<String> complaints(String exposition) {
        assumeInstalled();
        try {
            Path input = Files.createTempFile("exposition", ".txt");
            try {
                Files.writeString(input, exposition);
                Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                        .redirectInput(input.toFile())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int status = promtool.waitFor();
                if (status != FINE && status != COMPLAINTS) {
                    throw new AssertionError("promtool cannot read the metrics: " + said);
                }
                return said.lines()
                        .filter(line -> OWN.stream().anyMatch(line::startsWith))
                        .filter(line -> !line.startsWith(LONG_TASKS))
                        .toList();
            } finally {
                Files.delete(input);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while promtool was reading", e);
        }
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    }
}
