package dev.slicer.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against what transformers makes of the same files, written by {@code src/test/python/tokenizer_files_golden.py}. */
class TokenizerFilesTest {
    @TempDir
    Path folder;

    /**
     * @param files texts by name
     * @param ids with the special tokens before and after
     * @param special ids by their use, null where transformers knows none
     */
    private record Golden(
            String name,
            Map<String, String> files,
            List<String> words,
            List<Integer> ids,
            Map<String, Integer> special) {}

    static Stream<Arguments> cases() throws IOException {
        return golden().stream().map(golden -> Arguments.of(golden.name(), golden));
    }

    private static List<Golden> golden() throws IOException {
        try (InputStream json = TokenizerFilesTest.class.getResourceAsStream("tokenizer-files.json")) {
            return Json.mapper().readValue(json, new TypeReference<>() {});
        }
    }

    private Path write(String name) throws IOException {
        Golden golden = golden().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return write(golden);
    }

    private Path write(Golden golden) throws IOException {
        for (Map.Entry<String, String> file : golden.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        return folder;
    }

    private static int[] framed(SubTokenizer tokenizer, List<String> words) {
        return Stream.of(
                        IntStream.of(tokenizer.clsId()),
                        IntStream.of(tokenizer.encode(words).ids()),
                        IntStream.of(tokenizer.sepId()))
                .flatMapToInt(ids -> ids)
                .toArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldReadATokenizersFilesAsTransformersDoes(String name, Golden expected) throws IOException {
        // Given
        Path model = write(expected);

        // When
        try (SubTokenizer tokenizer = SubTokenizer.ofModel(model)) {
            // Then
            assertThat(framed(tokenizer, expected.words())).containsExactly(ints(expected.ids()));
            assertThat(tokenizer.padId()).isEqualTo(expected.special().get("pad"));
            if (expected.special().get("unk") != null) {
                assertThat(tokenizer.unkId()).isEqualTo(expected.special().get("unk"));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldCopyATokenizerSoThatItIsTheSameAndHasATokenizerJson(String name, Golden expected) throws IOException {
        // Given
        Path model = write(expected);
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.copy(model.resolve("config.json"), copy.resolve("config.json"));

        // When
        TokenizerFiles.copy(ModelFiles.in(model), copy);

        // Then
        assertThat(copy.resolve("tokenizer.json")).isRegularFile();
        try (SubTokenizer tokenizer = SubTokenizer.ofModel(copy)) {
            assertThat(framed(tokenizer, expected.words())).containsExactly(ints(expected.ids()));
        }
    }

    private static int[] ints(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "added token                      | added_tokens.json     | Qxyx    | 20",
                "added token in tokenizer.json    | tokenizer.json        | Qxyx    | 20",
                "added token in the settings      | tokenizer_config.json | Qxyx    | 20",
                "added special tokens             | vocab.txt             | xyy     | 21",
                "cased                            | vocab.txt             | .       | 19",
                "a token twice                    | vocab.txt             | .       | 20",
                "tokenizer.json as it is          | tokenizer.json        | .       | 19",
                "XLM-R                            | tokenizer.json        | <mask>  | 11",
                "XLM-R, added token               | tokenizer.json        | Qxyx    | 12",
            })
    void shouldNameATokenThatTheModelHasNoRowFor(String name, String file, String token, int id) throws IOException {
        // Given: embeddings up to the token before
        Path model = write(name);
        edit("config.json", config -> config.put("vocab_size", id));

        // When, then
        assertThatThrownBy(() -> SubTokenizer.ofModel(model))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "%s: gives the token '%s' the id %d, but the model has %d rows of word embeddings, for the ids 0 to %d"
                                .formatted(model.resolve(file), token, id, id, id - 1));
        edit("config.json", config -> config.put("vocab_size", id + 1));
        SubTokenizer.ofModel(model).close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Qxyx\": 22}              | gives the token 'Qxyx' the id 22, where transformers counts 20",
                "{\"Qxyx\": 20, \"xyy\": 20} | gives the token 'xyy' the id 20, where transformers counts 21",
                "{\"Wanjiru\": 20}           | gives the token 'Wanjiru' the id 20, where the vocabulary gives it 5",
                "{\"Qxyx\": -1}              | has the id '-1' for -1",
                "{\"Qxyx\": 40}              | gives the token 'Qxyx' the id 40, but the model has 28 rows of word"
                        + " embeddings, for the ids 0 to 27",
                "[1]                         | is not a readable JSON object",
            })
    void shouldRefuseAddedTokensWhoseIdsAreNotThoseThatTheyGet(String added, String reason) throws IOException {
        Path model = write("cased");
        Files.writeString(model.resolve("added_tokens.json"), added);

        assertRefused(model, "added_tokens.json", reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BertJapaneseTokenizer   | has the tokenizer_class 'BertJapaneseTokenizer'; supported are",
                "T5TokenizerFast         | has the tokenizer_class 'T5Tokenizer'; supported are",
            })
    void shouldRefuseClassesThatReadTheFilesInAnotherWay(String tokenizerClass, String reason) throws IOException {
        Path model = write("cased");
        edit("tokenizer_config.json", config -> config.put("tokenizer_class", tokenizerClass));

        assertRefused(model, "tokenizer_config.json", reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "normalizer    | {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Lowercase\"}]}"
                        + " | has a normalizer of type Lowercase, which a BertTokenizer has not; for the file as it is"
                        + " tokenizer_config.json has to name the tokenizer_class PreTrainedTokenizerFast",
                "pre_tokenizer | {\"type\": \"WhitespaceSplit\"}"
                        + " | has a pre_tokenizer of type WhitespaceSplit, which a BertTokenizer has not",
                "model         | {\"type\": \"BPE\", \"vocab\": {}, \"merges\": []}"
                        + " | has a model of type BPE, which a BertTokenizer has not",
                "model         | {\"type\": \"WordPiece\", \"continuing_subword_prefix\": \"@@\", \"vocab\": {}}"
                        + " | marks the sub-tokens within a word with '@@', where BERT's have '##'",
                "model         | {\"type\": \"WordPiece\", \"vocab\": {\"a\": -2}} | gives the sub-token 'a' the id -2",
                "model         | {\"type\": \"WordPiece\", \"vocab\": {\"a\": 0}} | vocabulary lacks [UNK]",
            })
    void shouldRefuseATokenizerJsonThatIsNotWhatItsClassReads(String part, String json, String reason)
            throws IOException {
        Path model = write("lower case in tokenizer.json alone");
        JsonNode other = Json.mapper().readTree(json);
        edit("tokenizer.json", tokenizer -> tokenizer.set(part, other));

        assertRefused(model, "tokenizer.json", reason);
    }

    @Test
    void shouldRefuseAnAddedTokenThatTheSettingsListOfAddedTokensLacks() throws IOException {
        Path model = write("added token in the settings beside tokenizer.json");
        edit(
                "tokenizer.json",
                tokenizer -> ((ArrayNode) tokenizer.path("added_tokens"))
                        .addObject()
                        .put("id", 21)
                        .put("content", "xyy"));

        assertRefused(
                model,
                "tokenizer.json",
                "adds the token 'xyy', which is not in the added_tokens_decoder of tokenizer_config.json");
    }

    @ParameterizedTest
    @CsvSource({"do_lower_case, null", "do_lower_case, \"false\"", "tokenize_chinese_chars, 1", "strip_accents, \"no\""
    })
    void shouldRefuseSettingsThatAreNeitherTrueNorFalse(String setting, String value) throws IOException {
        Path model = write("cased");
        JsonNode other = Json.mapper().readTree(value);
        edit("tokenizer_config.json", config -> config.set(setting, other));

        assertRefused(
                model,
                "tokenizer_config.json",
                "has the " + setting + " " + value + ", which is neither true nor false");
    }

    @Test
    void shouldRefuseAVocabularyThatLacksASpecialToken() throws IOException {
        Path model = write("cased");
        for (String token : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
            List<String> lines = Files.readAllLines(model.resolve("vocab.txt"));
            Files.write(
                    model.resolve("vocab.txt"),
                    lines.stream()
                            .map(line -> line.equals(token) ? "gone" : line)
                            .toList());
            assertRefused(model, "vocab.txt", "vocabulary lacks " + token);
            Files.write(model.resolve("vocab.txt"), lines);
        }
    }

    @Test
    void shouldSayThatAVocabularyBeginsWithAByteOrderMarkOrIsNotUtf8() throws IOException {
        // Given: to transformers the mark is a part of the first token
        Path model = write("cased");
        String text = Files.readString(model.resolve("vocab.txt"));

        Files.writeString(model.resolve("vocab.txt"), "\ufeff" + text);
        assertRefused(model, "vocab.txt", "vocabulary lacks [PAD]");
        Files.write(model.resolve("vocab.txt"), (text + "\u00e9\n").getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(model, "vocab.txt", "is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"sentencepiece.bpe.model", "vocab.json"})
    void shouldSayHowToMakeATokenizerJson(String other) throws IOException {
        Path model = write("XLM-R");
        Files.move(model.resolve("tokenizer.json"), model.resolve(other));

        assertRefused(
                model,
                "tokenizer.json",
                "file is missing, and " + other + " is not read; transformers makes one: python -c");
    }

    @Test
    void shouldRefuseAVocabularyOfAnotherClass() throws IOException {
        Path model = write("cased");
        edit("config.json", config -> config.put("model_type", "xlm-roberta"));

        assertRefused(
                model,
                "tokenizer.json",
                "file is missing; vocab.txt is read for BERT's tokenizer, this is a XLMRobertaTokenizer");
    }

    @Test
    void shouldTakeATokenizerJsonWithoutSettingsAsItIs() throws IOException {
        // Given a cased vocabulary, which transformers would lower the letters for
        Path model = write("added token in tokenizer.json");
        Files.delete(model.resolve("tokenizer_config.json"));

        try (SubTokenizer tokenizer = SubTokenizer.ofModel(model)) {
            assertThat(tokenizer.encode(List.of("Wanjiru", "Qxyx")).ids()).containsExactly(5, 20);
        }
    }

    private void edit(String file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = Json.mapper().readValue(Files.readString(folder.resolve(file)), ObjectNode.class);
        change.accept(json);
        Files.writeString(folder.resolve(file), json.toString());
    }

    private static void assertRefused(Path model, String file, String reason) {
        assertThatThrownBy(() -> SubTokenizer.ofModel(model))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(model.resolve(file) + ": " + reason);
    }
}
