package dev.slicer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.safetensors.SafetensorsReaderTest;
import dev.slicer.checkpoint.safetensors.SafetensorsWriterTest;
import dev.slicer.huggingface.DividedWeights;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightAverageTest {
    private static final String CONFIG = """
            {"model_type": "bert", "hidden_size": 4, "torch_dtype": "float16", "id2label": {"0": "O", "1": "B-PER"}}
            """;
    private static final String TOKENIZER =
            "{\"truncation\": null, \"model\": {\"vocab\": {\"\\uD867\\uDF7E\": 0, \"b\": 1}}}";

    private Path folder;

    @BeforeTry
    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("average");
    }

    @AfterTry
    @AfterEach
    void removeFolder() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(tries = 50)
    void shouldBeTheModelWhereAllAreEqual(@ForAll @IntRange(min = 1, max = 9) int models, @ForAll long seed) {
        // Given
        float[] values = values(100, new Random(seed));
        List<Path> equal = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            equal.add(model("m" + i, values));
        }

        // When
        average(equal, folder.resolve("average"));

        // Then to the bit
        assertThat(weights(folder.resolve("average"))).isEqualTo(values);
    }

    @Property(tries = 50)
    void shouldBeTheMeanInWhateverOrder(@ForAll @Size(min = 2, max = 6) List<Long> seeds, @ForAll Random order) {
        // Given
        List<Path> models = new ArrayList<>();
        double[] mean = new double[100];
        for (int i = 0; i < seeds.size(); i++) {
            float[] values = values(100, new Random(seeds.get(i)));
            models.add(model("m" + i, values));
            for (int j = 0; j < mean.length; j++) {
                mean[j] += values[j] / (double) seeds.size();
            }
        }
        List<Path> shuffled = new ArrayList<>(models);
        Collections.shuffle(shuffled, order);

        // When
        average(models, folder.resolve("average"));
        average(shuffled, folder.resolve("shuffled"));

        // Then
        float[] average = weights(folder.resolve("average"));
        float[] other = weights(folder.resolve("shuffled"));
        for (int j = 0; j < mean.length; j++) {
            assertThat((double) average[j]).isCloseTo(mean[j], within(Math.ulp(average[j]) * 1.0));
            assertThat(other[j]).isCloseTo(average[j], within(Math.ulp(average[j])));
        }
    }

    @Test
    void shouldReadOnThroughTensorsOfManyChunks() {
        // Given
        float[] one = values(200_001, new Random(1));
        float[] other = values(200_001, new Random(2));

        // When
        average(List.of(model("one", one), model("other", other)), folder.resolve("average"));

        // Then
        float[] average = weights(folder.resolve("average"));
        for (int i : new int[] {0, 65_535, 65_536, 131_072, 200_000}) {
            assertThat(average[i]).isEqualTo((float) (((double) one[i] + other[i]) / 2));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F16, 3C00 C000 0001 7BFF 0000, 1 -2 5.9604645E-8 65504 0",
        "BF16, 3F80 C000 3EAB 7F7F 0000, 1 -2 0.33398438 3.3895314E38 0"
    })
    void shouldReadHalfPrecision(String type, String words, String expected) throws IOException {
        // Given
        ByteBuffer data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        Stream.of(words.split(" ")).forEach(word -> data.putShort((short) Integer.parseInt(word, 16)));
        Path half = model("half", new float[0]);
        write(half, type, "[5]", data.array());

        // When
        average(List.of(half), folder.resolve("average"));

        // Then
        List<Float> floats = Stream.of(expected.split(" ")).map(Float::valueOf).toList();
        assertThat(weights(folder.resolve("average"))).containsExactly(floats.toArray(Float[]::new));
        assertThat(json(folder.resolve("average/config.json"))
                        .path("torch_dtype")
                        .asText())
                .isEqualTo("float32");
    }

    @Test
    void shouldTakeConfigurationAndTokenizerFromTheFirst() throws IOException {
        // Given
        Path first = model("first", 1f);
        Files.writeString(first.resolve("vocab.txt"), "a\nb\n");
        Files.writeString(first.resolve("optimiser.bin"), "not part of a model");
        Path second = model("second", 2f);
        Files.writeString(second.resolve("tokenizer.json"), TOKENIZER.replace("null", "{\"max_length\": 128}"));

        // When
        average(List.of(first, second), folder.resolve("average"));

        // Then
        assertThat(folder.resolve("average")).isDirectoryNotContaining("glob:**optimiser.bin");
        assertThat(folder.resolve("average/vocab.txt")).hasSameTextualContentAs(first.resolve("vocab.txt"));
        assertThat(folder.resolve("average/tokenizer.json")).hasSameTextualContentAs(first.resolve("tokenizer.json"));
        assertThat(json(folder.resolve("average/config.json")).path("id2label"))
                .isEqualTo(json(first.resolve("config.json")).path("id2label"));
        assertThat(weights(folder.resolve("average"))).containsExactly(1.5f);
    }

    @Test
    void shouldNameFileAndTensorThatDiffers() throws IOException {
        // Given
        Path first = model("first", 1f, 2f);
        Path longer = model("longer", 1f, 2f, 3f);
        Path whole = model("whole", 1f, 2f);
        write(whole, "I32", "[2]", new byte[8]);
        Path renamed = model("renamed", 1f, 2f);
        Files.delete(renamed.resolve("model.safetensors"));
        SafetensorsWriterTest.write(
                renamed.resolve("model.safetensors"),
                List.of(new SafetensorsWriterTest.Tensor("other", new long[] {2}, new float[] {1, 2})),
                false);

        // Then
        refuses(first, longer, "longer/model.safetensors: tensor 'w' has shape [3] where the first model's has [2]");
        refuses(first, whole, "whole/model.safetensors: tensor 'w' has type I32, expected F32, F16 or BF16");
        refuses(
                first,
                renamed,
                "renamed/model.safetensors: has no tensor 'w', which " + first + "/model.safetensors has");
    }

    @Test
    void shouldNameTheFileOfAModelOfAnotherKind() throws IOException {
        // Given
        Path first = model("first", 1f);
        Path larger = model("larger", 1f);
        Files.writeString(larger.resolve("config.json"), CONFIG.replace("\"hidden_size\": 4", "\"hidden_size\": 8"));
        Path relabelled = model("relabelled", 1f);
        Files.writeString(relabelled.resolve("config.json"), CONFIG.replace("B-PER", "B-LOC"));
        Path foreign = model("foreign", 1f);
        Files.writeString(foreign.resolve("tokenizer.json"), TOKENIZER.replace("\"b\"", "\"c\""));

        // Then
        refuses(
                first,
                larger,
                "larger/config.json: has hidden_size 8 where " + first + "/config.json has hidden_size 4");
        refuses(
                first,
                relabelled,
                "relabelled/config.json: has id2label {\"0\":\"O\",\"1\":\"B-LOC\"} where " + first
                        + "/config.json has id2label {\"0\":\"O\",\"1\":\"B-PER\"}");
        refuses(first, foreign, "foreign/tokenizer.json: has another vocabulary than " + first + "/tokenizer.json");
        refuses(first, folder.resolve("nowhere"), "nowhere/config.json: file is missing");
    }

    @Test
    void shouldRefuseAnOutputThatExistsAndAnAverageOfNothing() {
        Path model = model("model", 1f);

        assertThatThrownBy(() -> average(List.of(model), model))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(model + ": exists already");
        assertThatThrownBy(() -> average(List.of(), folder.resolve("average")))
                .hasMessage("an average needs at least one model");
    }

    @Test
    void shouldAverageModelsWhoseWeightsAreDividedAndWhoseTokenizerIsAVocabulary() throws IOException {
        // Given
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path model : List.of(first, second)) {
            Files.createDirectories(model);
            Files.writeString(model.resolve("config.json"), """
                    {"model_type": "bert", "vocab_size": 8, "dtype": "float16", "torch_dtype": "float16"}
                    """);
            Files.writeString(model.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n");
            Files.writeString(model.resolve("added_tokens.json"), "{\"qx\": 7}");
            float value = model.equals(first) ? 1 : 4;
            SafetensorsWriterTest.write(
                    model.resolve("model.safetensors"),
                    List.of(
                            new SafetensorsWriterTest.Tensor("v", new long[] {1}, new float[] {value}),
                            new SafetensorsWriterTest.Tensor("w", new long[] {1}, new float[] {value * 2})),
                    false);
        }
        DividedWeights.divide(second);
        Files.writeString(second.resolve("added_tokens.json"), "{\"qy\": 7}");
        refuses(first, second, "second/vocab.txt: has another vocabulary than " + first + "/vocab.txt");
        Files.writeString(second.resolve("added_tokens.json"), "{\"qx\": 7}");
        Files.writeString(second.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        refuses(first, second, "second/vocab.txt: has another normalizer than " + first + "/vocab.txt");
        Files.delete(second.resolve("tokenizer_config.json"));

        // When
        average(List.of(first, second), folder.resolve("average"));

        // Then
        try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve("average/model.safetensors"))) {
            assertThat(SafetensorsReaderTest.floats(reader.tensor("v"))).containsExactly(2.5f);
            assertThat(SafetensorsReaderTest.floats(reader.tensor("w"))).containsExactly(5);
        }
        JsonNode config = json(folder.resolve("average/config.json"));
        assertThat(config.path("dtype").asText()).isEqualTo("float32");
        assertThat(config.path("torch_dtype").asText()).isEqualTo("float32");
        assertThat(json(folder.resolve("average/tokenizer.json"))
                        .at("/added_tokens/5/content")
                        .asText())
                .isEqualTo("qx");
    }

    private void refuses(Path first, Path second, String message) throws IOException {
        Path output = folder.resolve("average");
        assertThatThrownBy(() -> average(List.of(first, second), output))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(folder + "/" + message);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.contains("average"));
        }
    }

    private Path model(String name, float... values) {
        Path model = folder.resolve(name);
        try {
            Files.createDirectories(model);
            Files.writeString(model.resolve("config.json"), CONFIG);
            Files.writeString(model.resolve("tokenizer.json"), TOKENIZER);
            SafetensorsWriterTest.write(
                    model.resolve("model.safetensors"),
                    List.of(new SafetensorsWriterTest.Tensor("w", new long[] {values.length}, values)),
                    false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return model;
    }

    /** A file that the writer, which writes fp32 alone, does not make; with the position table of old models in it. */
    private static void write(Path model, String type, String shape, byte[] data) throws IOException {
        String text = ("{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]},"
                        + "\"embeddings.position_ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[%d,%d]}}")
                .formatted(type, shape, data.length, data.length, data.length + 8);
        byte[] header = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file =
                ByteBuffer.allocate(8 + header.length + data.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header).put(data);
        Files.write(model.resolve("model.safetensors"), file.array());
    }

    private static float[] values(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] weights(Path model) {
        try (SafetensorsReader reader = SafetensorsReader.open(model.resolve("model.safetensors"))) {
            assertThat(reader.names()).containsExactly("w");
            return SafetensorsReaderTest.floats(reader.tensor("w"));
        }
    }

    private static JsonNode json(Path file) throws IOException {
        return Json.mapper().readTree(file.toFile());
    }

    private static void average(List<Path> models, Path output) {
        WeightAverage.write(models.stream().map(ModelFiles::in).toList(), output);
    }
}
