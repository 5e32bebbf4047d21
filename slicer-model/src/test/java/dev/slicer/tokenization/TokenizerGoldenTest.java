package dev.slicer.tokenization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.segmentation.ReadableText;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against HuggingFace transformers' answers, written by {@code src/test/python/tokenizers_golden.py}. */
class TokenizerGoldenTest {

    private record Golden(Map<String, Integer> special, List<Encoded> sentences) {}

    /** Ids with special tokens; for each id the word it belongs to, null at special tokens. */
    private record Encoded(String name, List<String> words, List<Integer> ids, List<Integer> wordIds) {

        int[] idsWithoutSpecials() {
            List<Integer> kept = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                if (wordIds.get(i) != null) {
                    kept.add(ids.get(i));
                }
            }
            return kept.stream().mapToInt(Integer::intValue).toArray();
        }

        int[] wordOfSubToken() {
            return wordIds.stream()
                    .filter(Objects::nonNull)
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
    }

    static Stream<Arguments> sentences() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (String kind : List.of("wordpiece", "unigram")) {
            // Transformers read decomposed words, and characters that say nothing, as they stand.
            golden(kind).sentences().stream()
                    .filter(TokenizerGoldenTest::isReadAsItStands)
                    .forEach(sentence -> all.add(Arguments.of(kind, sentence.name(), sentence)));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("sentences")
    void shouldAgreeWithTransformersOnIdsAndWords(String kind, String name, Encoded expected) throws Exception {
        // Given
        try (SubTokenizer tokenizer = SubTokenizer.open(tokenizerFile(kind))) {
            // When
            SubTokens actual = tokenizer.encode(expected.words());

            // Then
            assertThat(actual.ids()).as("ids").isEqualTo(expected.idsWithoutSpecials());
            assertThat(wordOfSubToken(actual)).as("word of each sub-token").isEqualTo(expected.wordOfSubToken());
            assertThat(actual.firstOfWord())
                    .as("one entry per word")
                    .hasSize(expected.words().size());
        }
    }

    @Test
    void shouldCompareNearlyAllSentences() throws IOException {
        for (String kind : List.of("wordpiece", "unigram")) {
            List<Encoded> sentences = golden(kind).sentences();

            assertThat(sentences.stream().filter(TokenizerGoldenTest::isReadAsItStands))
                    .hasSizeGreaterThan(sentences.size() * 4 / 5);
        }
    }

    private static boolean isReadAsItStands(Encoded sentence) {
        return sentence.words().stream()
                .allMatch(word -> ReadableText.form(word).equals(word));
    }

    private static int[] wordOfSubToken(SubTokens subTokens) {
        int[] words = new int[subTokens.ids().length];
        Arrays.fill(words, -1);
        for (int word = 0; word < subTokens.firstOfWord().length; word++) {
            Arrays.fill(words, subTokens.firstOfWord()[word], subTokens.endOfWord(word), word);
        }
        return words;
    }

    private static Golden golden(String kind) throws IOException {
        try (InputStream json = TokenizerGoldenTest.class.getResourceAsStream(kind + "/golden.json")) {
            return new ObjectMapper().readValue(json, Golden.class);
        }
    }

    private static Path tokenizerFile(String kind) throws URISyntaxException {
        URL file = Objects.requireNonNull(TokenizerGoldenTest.class.getResource(kind + "/tokenizer.json"));
        return Path.of(file.toURI());
    }
}
