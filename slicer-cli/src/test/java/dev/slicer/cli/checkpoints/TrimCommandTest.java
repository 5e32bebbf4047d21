package dev.slicer.cli.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.TinyModel;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrimCommandTest {
    @TempDir
    Path home;

    private CommandLineFixture slicer;
    private Path model;

    @BeforeEach
    void modelOfOthers() throws IOException {
        slicer = new CommandLineFixture(home);
        model = TinyModel.writeContextFree(home.resolve("theirs"), LabelSet.ofTypes(List.of("PER")), TinyModel.WINDOW);
    }

    @Test
    void shouldPublishASmallerCheckpointThatSaysWhatItWasMadeFrom() throws Exception {
        // Given
        Path texts = Files.writeString(home.resolve("texts.txt"), "Maathai alizaliwa\nNyeri, Kenya\n");

        // When
        int exitCode = slicer.run("trim", "--checkpoint", model.toString(), "--text", texts.toString());

        // Then
        assertThat(slicer.err()).isEmpty();
        assertThat(exitCode).isZero();
        Checkpoint trimmed =
                new FileCheckpointStore(home.resolve("checkpoints")).latest().orElseThrow();
        Manifest manifest = CheckpointVerifier.verify(trimmed.folder()).manifest();
        int left = EncoderConfig.read(trimmed.folder()).vocabularySize();
        assertThat(left).isBetween(20, 1499);
        assertThat(manifest.hyperparameters())
                .containsEntry("trimmedFrom", "theirs")
                .containsEntry("vocabulary", left);
        assertThat(slicer.out())
                .isEqualTo("checkpoint " + manifest.id() + " in " + trimmed.folder() + ", " + left
                        + " of 1500 sub-tokens\n");
        assertThat(home.resolve("run")).isEmptyDirectory();
    }

    @Test
    void shouldWriteToAFolderWhatALanguageNeeds() {
        Path output = home.resolve("mine/trimmed");

        int exitCode = slicer.run(
                "trim", "--checkpoint", model.toString(), "--language", "sw", "--bf16", "--output", output.toString());

        assertThat(slicer.err()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(output.resolve("model.safetensors")).isRegularFile();
        assertThat(home.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void shouldWriteDownHowTheModelMarksWhereEntitiesBegin() throws Exception {
        // Given: what is left of the vocabulary may not know what the model would be asked about
        Path output = home.resolve("trimmed");

        // When
        slicer.withBorders(model, "IOB1")
                .run("trim", "--checkpoint", model.toString(), "--language", "sw", "--output", output.toString());

        // Then
        assertThat(Json.mapper()
                        .readTree(output.resolve("config.json").toFile())
                        .path("label_scheme"))
                .isEqualTo(TextNode.valueOf("IOB1"));
    }

    @Test
    void shouldReadTextsByLines() throws Exception {
        // Given: a return that ends no line, and bytes that are not UTF-8 in the second
        Path texts =
                Files.write(home.resolve("texts.txt"), "Nyeri\rKenya\n\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        // When / Then
        assertThat(slicer.run("trim", "--checkpoint", model.toString(), "--text", texts.toString()))
                .isEqualTo(1);
        assertThat(slicer.err()).isEqualTo("slicer: " + texts + ":2: not UTF-8\n");
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThat(slicer.run("trim", "--checkpoint", model.toString())).isEqualTo(1);
        assertThat(slicer.err())
                .contains("nothing says which sub-tokens are needed; give --corpus, --text or --language");
    }

    @Test
    void shouldNameTheFileThatCannotBeRead() {
        assertThat(slicer.run("trim", "--checkpoint", model.toString(), "--text", home + "/none.txt"))
                .isEqualTo(1);
        assertThat(slicer.err()).contains("none.txt cannot be read");
    }

    @Test
    void shouldNameALanguageWithoutKnownLetters() {
        assertThat(slicer.run("trim", "--checkpoint", model.toString(), "--language", "qaa"))
                .isEqualTo(1);
        assertThat(slicer.err()).contains("--language: no letters are known for the language 'qaa'");
    }
}
