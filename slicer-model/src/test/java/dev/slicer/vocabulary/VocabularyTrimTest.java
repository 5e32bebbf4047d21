package dev.slicer.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.huggingface.DividedWeights;
import dev.slicer.json.Json;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import dev.slicer.vocabulary.VocabularyTrim.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTrimTest {
    private static final Path MODELS = Path.of("src/test/resources/dev/slicer/huggingface");
    private static final List<String> TEXTS = List.of(
            "Wangari Maathai alizaliwa Nyeri, Kenya.",
            "Ọbáfẹ́mi Awólọ́wọ̀ lọ sí Ìbàdàn 🎉 ní 1952!",
            "Angela Merkel besuchte München; 東京 também.");

    @TempDir
    Path folder;

    private static BitSet needed(Path model, List<String> texts) {
        try (NeededSubTokens needed = new NeededSubTokens(ModelFiles.in(model))) {
            texts.forEach(text -> needed.addText(text, Optional.empty()));
            return needed.ids();
        }
    }

    private static List<TaggedSubTokens> tagged(Path model, Precision precision, List<String> texts) {
        EngineOptions options = new EngineOptions(Optional.of(precision), OptionalInt.empty(), OptionalInt.of(1), 512);
        try (Tagger tagger = Tagger.open(model, "same", options)) {
            return tagger.tagSubTokens(IntStream.range(0, texts.size())
                    .mapToObj(i -> Document.of(Integer.toString(i), texts.get(i)))
                    .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "bert-uncased", "xlm-roberta"})
    void shouldSayTheSameOfTextsWhoseSubTokensWereKept(String name) {
        // Given
        Path model = MODELS.resolve(name).resolve("model");
        List<TaggedSubTokens> before = tagged(model, Precision.FP32, TEXTS);

        // When
        BitSet kept = needed(model, TEXTS);
        VocabularyTrim.write(ModelFiles.in(model), kept, Storage.SAME, folder.resolve("trimmed"));

        // Then: scores included
        assertThat(tagged(folder.resolve("trimmed"), Precision.FP32, TEXTS)).isEqualTo(before);
    }

    /** The last sub-token of the vocabulary is not in it but added, which moves no id. */
    @Test
    void shouldSayTheSameOfAModelInOtherFiles() throws IOException {
        // Given
        Path whole = MODELS.resolve("bert").resolve("model");
        Path model = Files.createDirectory(folder.resolve("other"));
        for (String name : List.of("config.json", ModelWeights.SINGLE)) {
            Files.copy(whole.resolve(name), model.resolve(name));
        }
        DividedWeights.divide(model);
        List<String> vocabulary = Json.mapper()
                .readTree(Files.readString(whole.resolve("tokenizer.json")))
                .at("/model/vocab")
                .properties()
                .stream()
                .sorted(Comparator.comparingInt(entry -> entry.getValue().asInt()))
                .map(Map.Entry::getKey)
                .toList();
        int last = vocabulary.size() - 1;
        Files.write(model.resolve("vocab.txt"), vocabulary.subList(0, last));
        Files.writeString(model.resolve("added_tokens.json"), "{\"Qxyx\": " + last + "}");
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        List<String> texts = List.of("Wanjiru Kamau of Nyeri met Qxyx in Kigali.", "Qxyx");
        List<TaggedSubTokens> before = tagged(model, Precision.FP32, texts);

        // When
        BitSet kept = needed(model, texts);
        VocabularyTrim.write(ModelFiles.in(model), kept, Storage.BF16, folder.resolve("trimmed-bf16"));
        VocabularyTrim.write(ModelFiles.in(model), kept, Storage.SAME, folder.resolve("trimmed"));

        // Then
        assertThat(tagged(folder.resolve("trimmed"), Precision.FP32, texts)).isEqualTo(before);
        assertThat(kept.get(last)).isTrue();
        assertThat(config(folder.resolve("trimmed-bf16")).path("dtype").asText())
                .isEqualTo("float32");
    }

    @Test
    void shouldHaveOnlyTheRowsThatWereKept() throws IOException {
        // Given
        Path model = MODELS.resolve("bert").resolve("model");
        int before = config(model).path("vocab_size").intValue();
        BitSet kept = needed(model, List.of("Nyeri"));

        // When
        VocabularyTrim.write(ModelFiles.in(model), kept, Storage.SAME, folder.resolve("trimmed"));

        // Then
        assertThat(config(folder.resolve("trimmed")).path("vocab_size").intValue())
                .isEqualTo(kept.cardinality())
                .isLessThan(before);
        assertThat(Files.size(folder.resolve("trimmed/model.safetensors")))
                .isLessThan(Files.size(model.resolve("model.safetensors")));
    }

    @Test
    void shouldSayTheSameInBfloat16WhenStoredInBfloat16() throws IOException {
        // Given
        Path model = MODELS.resolve("bert").resolve("model");
        List<TaggedSubTokens> before = tagged(model, Precision.BF16, TEXTS);

        // When
        VocabularyTrim.write(ModelFiles.in(model), needed(model, TEXTS), Storage.BF16, folder.resolve("halved"));
        VocabularyTrim.write(ModelFiles.in(model), needed(model, TEXTS), Storage.SAME, folder.resolve("whole"));

        // Then
        assertThat(tagged(folder.resolve("halved"), Precision.BF16, TEXTS)).isEqualTo(before);
        assertThat(Files.size(folder.resolve("halved/model.safetensors")))
                .isLessThan(Files.size(folder.resolve("whole/model.safetensors")) * 2 / 3);
    }

    @Test
    void shouldKeepTheCharactersOfTheScriptsSeenSoThatOtherWordsAreNotUnknown() {
        Path model = MODELS.resolve("bert").resolve("model");
        BitSet kept = needed(model, List.of("Nyeri"));
        VocabularyTrim.write(ModelFiles.in(model), kept, Storage.SAME, folder.resolve("trimmed"));

        try (NeededSubTokens before = new NeededSubTokens(ModelFiles.in(model));
                NeededSubTokens after = new NeededSubTokens(ModelFiles.in(folder.resolve("trimmed")))) {
            assertThat(after.unknown("Kampala Lagos")).isEqualTo(before.unknown("Kampala Lagos"));
        }
    }

    @Test
    void shouldKeepWhatIsSpelledWithALanguagesLetters() {
        // Given
        Path model = MODELS.resolve("bert").resolve("model");
        try (NeededSubTokens swahili = new NeededSubTokens(ModelFiles.in(model));
                NeededSubTokens yoruba = new NeededSubTokens(ModelFiles.in(model))) {
            // When
            swahili.addLanguage("sw");
            yoruba.addLanguage("yo");

            // Then
            assertThat(swahili.ids()).isNotEqualTo(yoruba.ids());
            assertThatThrownBy(() -> swahili.addLanguage("qaa"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no letters are known for the language 'qaa'; give texts in it instead");
        }
    }

    @Test
    void shouldRefuseAByteLevelVocabulary() {
        Path model = MODELS.resolve("roberta").resolve("model");

        assertThatThrownBy(() -> needed(model, TEXTS))
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith("has a BPE model; only WordPiece and Unigram vocabularies can be trimmed");
    }

    @Test
    void shouldLeaveNothingBehindWhenTheOutputExists() throws IOException {
        Path model = MODELS.resolve("bert").resolve("model");
        Files.createDirectory(folder.resolve("taken"));

        assertThatThrownBy(() -> VocabularyTrim.write(
                        ModelFiles.in(model), needed(model, TEXTS), Storage.SAME, folder.resolve("taken")))
                .hasMessageEndingWith("taken: exists already");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("taken"));
        }
    }

    @Property
    void shouldRoundToTheNearestBfloat16(@ForAll @FloatRange(min = -3.3e38f, max = 3.3e38f) float value) {
        float rounded = Float.intBitsToFloat(VocabularyTrim.bfloat16(value) << 16);
        float below = Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
        float above = Float.intBitsToFloat((Float.floatToRawIntBits(value) & 0xffff0000) + 0x10000);

        assertThat(Math.abs((double) rounded - value))
                .isEqualTo(Math.min(Math.abs((double) below - value), Math.abs((double) above - value)));
    }

    private static JsonNode config(Path model) throws IOException {
        return Json.mapper().readTree(Files.readAllBytes(model.resolve("config.json")));
    }
}
