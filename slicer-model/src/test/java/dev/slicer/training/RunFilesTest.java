package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.hyperparameters.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void shouldTellWhatIsSavedWhileAnotherProcessSavesAndDeletes() {
        // Given
        RunFiles files = new RunFiles(folder.resolve("run"), 10, new Snapshots.None());

        // When
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> saveAndDelete(files, 3000));
        Set<Integer> told = new HashSet<>();
        while (!other.isDone()) {
            told.add(files.savedStep());
        }

        // Then
        assertThat(other).isCompleted();
        assertThat(told).containsExactlyInAnyOrder(0, 10);
    }

    private static void saveAndDelete(RunFiles files, int times) {
        try {
            for (int i = 0; i < times; i++) {
                Files.createDirectories(files.saveFolder(10));
                files.discard();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
