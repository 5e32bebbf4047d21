package dev.slicer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsReaderTest;
import dev.slicer.checkpoint.safetensors.SafetensorsWriterTest;
import dev.slicer.huggingface.DividedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelWeightsTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void divideAModel() throws IOException {
        model = Files.createDirectory(folder.resolve("divided"));
        write(model.resolve(ModelWeights.SINGLE), "a", "b", "c");
        DividedWeights.divide(model);
    }

    private static void write(Path file, String... names) throws IOException {
        Files.deleteIfExists(file);
        List<SafetensorsWriterTest.Tensor> tensors = List.of(names).stream()
                .map(name -> new SafetensorsWriterTest.Tensor(name, new long[] {1}, new float[] {name.charAt(0)}))
                .toList();
        SafetensorsWriterTest.write(file, tensors, false);
    }

    @Test
    void shouldReadDividedWeightsAsOne() {
        try (ModelWeights weights = ModelWeights.open(model)) {
            assertThat(weights.names()).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(SafetensorsReaderTest.floats(weights.tensor("b"))).containsExactly('b');
            assertThat(weights.file("c")).isEqualTo(model.resolve(SECOND));
        }
    }

    @Test
    void shouldTellDividedWeightsApart() throws IOException {
        // Given
        String hash = ModelWeights.sha256(ModelFiles.in(model));
        long bytes = ModelWeights.bytes(model);
        assertThat(bytes).isEqualTo(Files.size(model.resolve(FIRST)) + Files.size(model.resolve(SECOND)));

        // When
        byte[] part = Files.readAllBytes(model.resolve(SECOND));
        part[part.length - 1] ^= 1;
        Files.write(model.resolve(SECOND), part);

        // Then
        assertThat(ModelWeights.sha256(ModelFiles.in(model))).isNotEqualTo(hash);
        Path single = Files.createDirectory(folder.resolve("single"));
        write(single.resolve(ModelWeights.SINGLE), "a");
        assertThat(ModelWeights.sha256(ModelFiles.in(single)))
                .isEqualTo(FileDigest.of(single.resolve(ModelWeights.SINGLE)).sha256());
    }

    @Test
    void shouldRefuseATensorThatLiesInTwoFiles() throws IOException {
        write(model.resolve(FIRST), "a", "c");

        assertRefused(
                FIRST,
                "has the tensor 'c', which model.safetensors.index.json sees in " + SECOND + ": there are two of it");
    }

    @Test
    void shouldRefuseAFileWithoutATensorThatTheIndexSeesInIt() throws IOException {
        write(model.resolve(SECOND), "b");

        assertRefused(SECOND, "has no tensor 'c', which model.safetensors.index.json sees in it");
    }

    @Test
    void shouldRefuseAFileThatIsCutOffOrMissing() throws IOException {
        byte[] part = Files.readAllBytes(model.resolve(SECOND));
        Files.write(model.resolve(SECOND), Arrays.copyOf(part, part.length - 1));
        assertRefused(SECOND, "");
        Files.delete(model.resolve(SECOND));
        assertRefused(SECOND, "file is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../model.safetensors",
                "/etc/model.safetensors",
                "sub/model.safetensors",
                "..\\\\model.safetensors",
                "..safetensors",
                "pytorch_model-00001-of-00002.bin",
                ""
            })
    void shouldOpenNothingOutsideTheModelsFolderOnAnIndexsWord(String place) throws IOException {
        Files.writeString(model.resolve(ModelWeights.INDEX), "{\"weight_map\": {\"a\": \"" + place + "\"}}");

        assertRefused(ModelWeights.INDEX, "says that tensor 'a' is in ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | has no weight_map",
                "{\"weight_map\": {}} | has no weight_map",
                "{\"weight_map\": {\"a\": 1}} | says that tensor 'a' is in 1",
                "{\"weight_map\": {\"a\": \"x.safetensors\", \"a\": \"y.safetensors\"}} | is not readable JSON: a name is there twice",
                "weights | is not readable JSON"
            })
    void shouldRefuseAnIndexThatIsNone(String text, String reason) throws IOException {
        Files.writeString(model.resolve(ModelWeights.INDEX), text);

        assertRefused(ModelWeights.INDEX, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_model.bin", "pytorch_model.bin.index.json"})
    void shouldSayHowToConvertAPickleAndNeverReadIt(String pickle) throws IOException {
        Path pickled = Files.createDirectory(folder.resolve("pickled"));
        Files.writeString(pickled.resolve(pickle), "not looked at");

        assertThatThrownBy(() -> ModelWeights.open(pickled))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(pickled.resolve(ModelWeights.SINGLE) + ": file is missing; " + pickle
                        + ", a Python pickle, which can run any code when it is read, and so is never read here."
                        + " transformers makes a model.safetensors of it: python -c");
    }

    private void assertRefused(String file, String reason) {
        assertThatThrownBy(() -> ModelWeights.open(model))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(model.resolve(file) + ": " + reason);
    }
}
