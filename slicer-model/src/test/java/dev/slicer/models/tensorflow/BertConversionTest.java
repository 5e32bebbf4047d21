package dev.slicer.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.safetensors.TensorView;
import dev.slicer.json.Json;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BertConversionTest {
    @TempDir
    private Path temporary;

    private Path output;

    @BeforeEach
    void makeOutput() throws IOException {
        output = Files.createDirectory(temporary.resolve("output"));
    }

    @Test
    void shouldGiveWeightsHuggingFacesNamesAndOrientation() throws IOException {
        // Given
        TinyBert bert = new TinyBert();

        // When
        convert(bert);

        // Then: 5 of the embeddings, 16 a layer, 2 of the pooler, none of the language-modelling head
        try (SafetensorsReader reader = SafetensorsReader.open(output.resolve("model.safetensors"))) {
            assertThat(reader.names()).hasSize(5 + 2 * 16 + 2).allMatch(name -> name.startsWith("bert."));
            assertPlain(bert, reader, "embeddings/word_embeddings", "embeddings.word_embeddings.weight");
            assertPlain(bert, reader, "embeddings/LayerNorm/gamma", "embeddings.LayerNorm.weight");
            assertPlain(bert, reader, "embeddings/LayerNorm/beta", "embeddings.LayerNorm.bias");
            assertPlain(
                    bert,
                    reader,
                    "encoder/layer_1/attention/self/query/bias",
                    "encoder.layer.1.attention.self.query.bias");
            assertTransposed(
                    bert,
                    reader,
                    "encoder/layer_0/intermediate/dense/kernel",
                    "encoder.layer.0.intermediate.dense.weight");
            assertTransposed(
                    bert, reader, "encoder/layer_1/output/dense/kernel", "encoder.layer.1.output.dense.weight");
            assertTransposed(bert, reader, "pooler/dense/kernel", "pooler.dense.weight");
        }
    }

    @Test
    void shouldReadTheConfigurationOffTheWeights() throws IOException {
        convert(new TinyBert());

        JsonNode config = Json.mapper().readTree(output.resolve("config.json").toFile());
        assertThat(config.path("model_type").asText()).isEqualTo("bert");
        assertThat(config.path("hidden_size").asInt()).isEqualTo(TinyBert.HIDDEN);
        assertThat(config.path("num_hidden_layers").asInt()).isEqualTo(2);
        assertThat(config.path("intermediate_size").asInt()).isEqualTo(TinyBert.INTERMEDIATE);
        assertThat(config.path("vocab_size").asInt()).isEqualTo(TinyBert.VOCABULARY.size());
        assertThat(config.path("max_position_embeddings").asInt()).isEqualTo(TinyBert.POSITIONS);
        assertThat(config.path("layer_norm_eps").asDouble()).isEqualTo(1e-12);
    }

    @Test
    void shouldKeepTheVocabularyToTheLetter() throws IOException {
        convert(new TinyBert());

        JsonNode tokenizer =
                Json.mapper().readTree(output.resolve("tokenizer.json").toFile());
        JsonNode vocabulary = tokenizer.path("model").path("vocab");
        assertThat(vocabulary.size()).isEqualTo(TinyBert.VOCABULARY.size());
        for (int id = 0; id < TinyBert.VOCABULARY.size(); id++) {
            assertThat(vocabulary.path(TinyBert.VOCABULARY.get(id)).asInt(-1)).isEqualTo(id);
        }
        assertThat(tokenizer.path("normalizer").path("lowercase").asBoolean(true))
                .isFalse();
        assertThat(tokenizer.path("normalizer").path("strip_accents").isNull()).isTrue();
    }

    @Test
    void shouldGiveTheSameBytesEveryTime() throws IOException {
        convert(new TinyBert());
        Path again = Files.createDirectory(temporary.resolve("again"));
        BertConversion.convert(temporary.resolve("tiny.jar"), again, DownloadListener.none());

        for (String name :
                new String[] {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
            assertThat(again.resolve(name)).hasSameBinaryContentAs(output.resolve(name));
        }
    }

    @Test
    void shouldNoticeADamagedWeight() {
        assertThatThrownBy(() -> convert(new TinyBert().damagedAt(200)))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(temporary.resolve("tiny.jar").toString())
                .hasMessageMatching("(?s).* tensor module/bert/.* has a wrong checksum");
    }

    @Test
    void shouldNameAWeightThatIsMissing() {
        assertThatThrownBy(() -> convert(new TinyBert().without("module/bert/encoder/layer_1/output/dense/bias")))
                .hasMessageContaining("weight bert.encoder.layer.1.output.dense.bias is missing");
    }

    @Test
    void shouldNameAWeightOfAnotherShape() {
        assertThatThrownBy(() -> convert(new TinyBert().with("module/bert/pooler/dense/bias", 5)))
                .hasMessageContaining("weight bert.pooler.dense.bias has shape [5] where [4] was expected");
    }

    @Test
    void shouldNameAWeightItDoesNotKnow() {
        assertThatThrownBy(() -> convert(new TinyBert().with("module/bert/encoder/layer_0/adapter/bias", 4)))
                .hasMessageContaining("weight bert.encoder.layer.0.adapter.bias is none of BERT's");
    }

    @Test
    void shouldRefuseAVocabularyThatDoesNotFitTheEmbedding() {
        assertThatThrownBy(() -> convert(new TinyBert().withVocabulary("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n")))
                .hasMessageContaining("vocabulary has 5 entries where the embedding has 9");
    }

    @Test
    void shouldRefuseAJarWithoutAModel() throws IOException {
        Path jar = Files.write(temporary.resolve("tiny.jar"), new byte[10]);
        assertThatThrownBy(() -> BertConversion.convert(jar, output, DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(jar + " is not the model it should be");
    }

    private void convert(TinyBert bert) throws IOException {
        BertConversion.convert(bert.writeJar(temporary.resolve("tiny.jar")), output, DownloadListener.none());
    }

    private static void assertPlain(TinyBert bert, SafetensorsReader reader, String tensorFlow, String name) {
        float[] values = floats(reader.tensor("bert." + name));
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isEqualTo(bert.firstElement("module/bert/" + tensorFlow) + i);
        }
    }

    private static void assertTransposed(TinyBert bert, SafetensorsReader reader, String tensorFlow, String name) {
        TensorView tensor = reader.tensor("bert." + name);
        float[] values = floats(tensor);
        int out = (int) tensor.shape()[0];
        int in = (int) tensor.shape()[1];
        float first = bert.firstElement("module/bert/" + tensorFlow);
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                assertThat(values[o * in + i])
                        .as(Arrays.toString(tensor.shape()))
                        .isEqualTo(first + i * out + o);
            }
        }
    }

    private static float[] floats(TensorView tensor) {
        float[] values = new float[tensor.data().remaining() / Float.BYTES];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }
}
