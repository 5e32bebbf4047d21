package dev.slicer.models.fetching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.maveniverse.maven.mima.context.ContextOverrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MavenArtifactsTest {
    @TempDir
    private Path repository;

    @Test
    void shouldTakeFromTheLocalRepositoryWithoutANetwork() throws IOException {
        // Given
        Path folder = Files.createDirectories(repository.resolve("dev/slicer/test/tiny/1.0"));
        Path jar = Files.write(folder.resolve("tiny-1.0.jar"), new byte[] {1});

        // When
        Path found = artifacts().fetch("dev.slicer.test:tiny:1.0", (phase, bytesDone, bytesTotal) -> {
            throw new AssertionError("nothing is to be downloaded: " + phase);
        });

        // Then
        assertThat(found).isEqualTo(jar);
    }

    @Test
    void shouldNameTheArtifactThatCannotBeHad() {
        assertThatThrownBy(() -> artifacts().fetch("dev.slicer.test:tiny:1.0", DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("Maven cannot fetch dev.slicer.test:tiny:1.0: ");
    }

    private MavenArtifacts artifacts() {
        return new MavenArtifacts(ContextOverrides.create()
                .withUserSettings(true)
                .withLocalRepositoryOverride(repository)
                .offline(true)
                .build());
    }
}
