package dev.slicer.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.models.fetching.ModelException;
import dev.slicer.models.hub.ModelReference;
import dev.slicer.roots.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedModelsTest {
    @TempDir
    Path folder;

    private Path root;
    private NamedModels models;

    @BeforeEach
    void root() throws IOException {
        root = Files.createDirectory(folder.resolve("models"));
        models = new NamedModels(new Roots(List.of(root)));
    }

    @Test
    void shouldFindWhatComesWithSlicerTheHubsAndFoldersBelowARoot() throws IOException {
        // Given
        Files.createDirectories(root.resolve("ours/base"));

        // When and then
        assertThat(models.find("mbert")).isEqualTo(new ModelReference.Mbert());
        assertThat(models.find("hf:xlm-roberta-base@main"))
                .isEqualTo(new ModelReference.HuggingFace("xlm-roberta-base", "main"));
        assertThat(models.find("ours/base"))
                .isEqualTo(new ModelReference.Local(root.toRealPath().resolve("ours/base")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "../models/ours", "ours/..", "file:///etc", "ours\u0000", "hf:../../etc", "~/x\n"})
    void shouldRefuseWhatIsNoName(String reference) {
        assertThatThrownBy(() -> models.find(reference)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldSayTheSameOfWhatLeadsOutWhetherThereIsSomethingOrNot() throws IOException {
        // Given: a model of somebody else, and one whose configuration is a file of somebody else
        Path other = Files.createDirectory(folder.resolve("other"));
        Path secret = Files.writeString(other.resolve("config.json"), "secret");
        Files.createSymbolicLink(root.resolve("linked"), other);
        Files.createSymbolicLink(root.resolve("dangling"), folder.resolve("nothing"));
        Files.createDirectory(root.resolve("borrowed"));
        Files.createSymbolicLink(root.resolve("borrowed/config.json"), secret);
        Files.writeString(root.resolve("file"), "");

        // When and then
        for (String name : List.of("linked", "dangling", "borrowed", "file", "none")) {
            assertThatThrownBy(() -> models.find(name))
                    .isInstanceOf(ModelException.class)
                    .hasMessage("there is no base model " + name + " below the trainer's folders of models; others are "
                            + "mbert and hf:organisation/name[@revision]");
        }
    }
}
