package dev.slicer.testreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestBrokersTest {
    private static final Instant BEGUN = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    private Path root;

    @Test
    void shouldSayEachKindOfBrokerOnce() throws IOException {
        // Given
        note("trainer-service", BEGUN, "containers of apache/kafka:4.3.1");
        note("evaluator-service", BEGUN.plusSeconds(60), "containers of apache/kafka:4.3.1");
        note("slicer-kafka", BEGUN, "child processes (no Docker engine answers)");
        note("slicer-cli", BEGUN.minusSeconds(1), "containers of an earlier build");

        // Then
        assertThat(TestBrokers.line(root, BEGUN))
                .hasValue("Brokers of the tests were child processes (no Docker engine answers);"
                        + " containers of apache/kafka:4.3.1.");
    }

    @Test
    void shouldSayNothingWhereNoTestNeededABroker() throws IOException {
        // Given
        Files.createDirectories(root.resolve("slicer-text/target"));

        // Then
        assertThat(TestBrokers.line(root, BEGUN)).isEmpty();
    }

    private void note(String module, Instant written, String text) throws IOException {
        Path file = root.resolve(module).resolve("target/test-broker.txt");
        Files.createDirectories(file.getParent());
        Files.setLastModifiedTime(Files.writeString(file, text), FileTime.from(written));
    }
}
