package dev.slicer.tokenization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.segmentation.ReadableText;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubTokenizerTest {
    private static final List<String> ODD_WORDS = List.of(
            "\u200D",
            "",
            " ",
            "\uD83D\uDE00",
            "e\u0301",
            "\u200B",
            "[CLS]",
            "<s>",
            "x[SEP]y",
            "New York",
            "\u0000",
            "\uD800",
            "a".repeat(300),
            "\u2581",
            "กรุงเทพ");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"wordpiece", "unigram"})
    void shouldKnowSpecialTokens(String kind) throws Exception {
        // Given
        JsonNode special;
        try (InputStream golden = SubTokenizerTest.class.getResourceAsStream(kind + "/golden.json")) {
            special = new ObjectMapper().readTree(golden).get("special");
        }

        // When
        try (SubTokenizer tokenizer = SubTokenizer.open(tokenizerFile(kind))) {

            // Then
            assertThat(tokenizer.clsId()).isEqualTo(special.get("cls").asInt());
            assertThat(tokenizer.sepId()).isEqualTo(special.get("sep").asInt());
            assertThat(tokenizer.padId()).isEqualTo(special.get("pad").asInt());
            assertThat(tokenizer.unkId()).isEqualTo(special.get("unk").asInt());
            assertThat(tokenizer.maskId()).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wordpiece", "unigram"})
    void shouldGiveTheSameFromMemoryAsInOneCall(String kind) throws Exception {
        try (SubTokenizer tokenizer = SubTokenizer.open(tokenizerFile(kind));
                HuggingFaceTokenizer whole = whole(tokenizerFile(kind))) {
            Random random = new Random(7);
            for (List<String> words : sentences()) {
                // Given: odd words between the others, the sentence new and then known
                List<String> mixed = new ArrayList<>(words);
                mixed.add(random.nextInt(mixed.size() + 1), ODD_WORDS.get(random.nextInt(ODD_WORDS.size())));
                Encoding expected =
                        whole.encode(mixed.stream().map(ReadableText::form).toList(), false, false);

                for (int round = 0; round < 2; round++) {
                    // When
                    SubTokens actual = tokenizer.encode(mixed);

                    // Then
                    assertThat(Arrays.stream(actual.ids()).asLongStream().toArray())
                            .isEqualTo(expected.getIds());
                    assertThat(wordIds(actual)).isEqualTo(expected.getWordIds());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wordpiece", "unigram"})
    void shouldReadWordsComposedAndOverCharactersThatSayNothing(String kind) throws Exception {
        try (SubTokenizer tokenizer = SubTokenizer.open(tokenizerFile(kind))) {
            SubTokens plain = tokenizer.encode(List.of("Ọ̀ṣun", "서울", "Graf"));
            SubTokens other = tokenizer.encode(List.of(
                    "O\u0323\u0300s\u0323un", "\ufffd", "\u1109\u1165\u110b\u116e\u11af", "Gr\u00ada\ue000f\ufe0f"));

            assertThat(other.ids()).isEqualTo(plain.ids());
            assertThat(other.endOfWord(1)).as("a word without sub-tokens").isEqualTo(other.firstOfWord()[1]);
        }
    }

    @Test
    void shouldNeitherCutNorPadThoughTheFileAsksForIt() throws Exception {
        // Given
        String json = Files.readString(tokenizerFile("wordpiece"))
                .replace(
                        "\"truncation\":null",
                        "\"truncation\":{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\",\"stride\":0}")
                .replace(
                        "\"padding\":null",
                        "\"padding\":{\"strategy\":{\"Fixed\":64},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}");
        Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
        assertThat(json).contains("max_length", "Fixed");

        // When
        try (SubTokenizer tokenizer = SubTokenizer.open(file)) {
            SubTokens few = tokenizer.encode(List.of("a"));
            SubTokens many = tokenizer.encode(Collections.nCopies(2000, "a"));

            // Then
            assertThat(few.ids()).hasSize(1);
            assertThat(many.ids()).hasSize(2000);
            assertThat(tokenizer.encode(List.of()).ids()).isEmpty();
        }
    }

    @Test
    void shouldGiveEveryThreadTheSame() throws Exception {
        // Given
        List<List<String>> sentences = sentences();
        try (SubTokenizer single = SubTokenizer.open(tokenizerFile("unigram"));
                SubTokenizer shared = SubTokenizer.open(tokenizerFile("unigram"))) {
            List<int[]> expected =
                    sentences.stream().map(words -> single.encode(words).ids()).toList();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                // When
                Callable<List<int[]>> all = () -> sentences.stream()
                        .map(words -> shared.encode(words).ids())
                        .toList();
                List<Future<List<int[]>>> answers = threads.invokeAll(Collections.nCopies(4, all));

                // Then
                for (Future<List<int[]>> answer : answers) {
                    assertSame(answer, expected);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void shouldRememberBoundedManyWords() {
        WordCache cache = new WordCache(100);
        int[] frequent = {1};

        for (int i = 0; i < 10_000; i++) {
            cache.put("word" + i, new int[] {i});
            if (cache.get("often") == WordCache.UNSEEN) {
                assertThat(i)
                        .as("a word asked for all the time is never forgotten")
                        .isZero();
                cache.put("often", frequent);
            }
        }

        assertThat(cache.size()).isLessThanOrEqualTo(101);
        assertThat(cache.get("often")).isSameAs(frequent);
        assertThat(cache.get("word1")).isSameAs(WordCache.UNSEEN);
        cache.put("x".repeat(65), frequent);
        assertThat(cache.get("x".repeat(65))).isSameAs(WordCache.UNSEEN);
    }

    @Test
    void shouldReadVocabularyWithEscapedSurrogatePairs() throws Exception {
        // Given a name beyond the basic plane, escaped as many writers do
        String tokenizer = Files.readString(tokenizerFile("wordpiece"));
        Path escaped = Files.writeString(
                folder.resolve("escaped.json"),
                tokenizer.replaceFirst("\"vocab\":\\{", "\"vocab\":{\"\\\\ud867\\\\ude3d\":1500,"));

        // When
        try (SubTokenizer subTokenizer = SubTokenizer.open(escaped)) {

            // Then
            assertThat(subTokenizer.encode(List.of("\uD867\uDE3D")).ids()).containsExactly(1500);
        }
    }

    @Test
    void shouldNameFileThatIsNoTokenizer() throws IOException {
        Path absent = folder.resolve("absent.json");
        Path text = Files.writeString(folder.resolve("text.json"), "tokens");
        Path other = Files.writeString(folder.resolve("other.json"), "{\"added_tokens\":[]}");

        assertThatThrownBy(() -> SubTokenizer.open(absent))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(absent + ": no such file");
        assertThatThrownBy(() -> SubTokenizer.open(text))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(text + ": no tokenizer: not JSON");
        assertThatThrownBy(() -> SubTokenizer.open(other))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(other + ": no tokenizer that can be used");
    }

    private static void assertSame(Future<List<int[]>> answer, List<int[]> expected)
            throws InterruptedException, ExecutionException {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(answer.get().get(i)).isEqualTo(expected.get(i));
        }
    }

    private static long[] wordIds(SubTokens subTokens) {
        long[] wordIds = new long[subTokens.ids().length];
        for (int word = 0; word < subTokens.firstOfWord().length; word++) {
            Arrays.fill(wordIds, subTokens.firstOfWord()[word], subTokens.endOfWord(word), word);
        }
        return wordIds;
    }

    private static List<List<String>> sentences() {
        return SampleCorpus.languages().stream()
                .map(SampleCorpus::test)
                .map(Corpus::sentences)
                .flatMap(List::stream)
                .map(Sentence::words)
                .toList();
    }

    private static HuggingFaceTokenizer whole(Path file) throws IOException {
        return HuggingFaceTokenizer.builder()
                .optTokenizerPath(file)
                .optTruncation(false)
                .optPadding(false)
                .build();
    }

    private static Path tokenizerFile(String kind) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(SubTokenizerTest.class.getResource(kind + "/tokenizer.json"))
                .toURI());
    }
}
