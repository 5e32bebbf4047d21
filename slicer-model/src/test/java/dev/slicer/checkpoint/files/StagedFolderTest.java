package dev.slicer.checkpoint.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StagedFolderTest {
    private static final int PUBLISHED = 300;

    @TempDir
    Path parent;

    @Test
    void shouldPublishBesideProcessesThatLookForLeftovers() throws Exception {
        // Given: some thousand times a folder is listed, and published before it is looked at
        Thread publisher = new Thread(() -> IntStream.range(0, PUBLISHED).forEach(i -> {
            try (StagedFolder staged = StagedFolder.beside(parent.resolve("checkpoint-" + i))) {
                staged.publish();
            }
        }));

        // When
        publisher.start();
        while (publisher.isAlive()) {
            StagedFolder.discardAbandonedIn(parent, Duration.ofDays(1));
        }
        publisher.join();

        // Then
        try (Stream<Path> left = Files.list(parent)) {
            assertThat(left)
                    .hasSize(PUBLISHED)
                    .allMatch(path -> path.getFileName().toString().startsWith("checkpoint-"));
        }
    }

    @Test
    void shouldDeleteWhatSeveralProcessesFindAbandoned() throws Exception {
        for (int round = 0; round < 50; round++) {
            // Given
            for (int i = 0; i < 5; i++) {
                Path abandoned =
                        StagedFolder.beside(parent.resolve("checkpoint-" + i)).path();
                Files.writeString(abandoned.resolve("model.safetensors"), "half of it");
                Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
            }

            // When
            Thread other = new Thread(() -> StagedFolder.discardAbandonedIn(parent, Duration.ofDays(1)));
            other.start();
            StagedFolder.discardAbandonedIn(parent, Duration.ofDays(1));
            other.join();

            // Then
            try (Stream<Path> left = Files.list(parent)) {
                assertThat(left).isEmpty();
            }
        }
    }
}
