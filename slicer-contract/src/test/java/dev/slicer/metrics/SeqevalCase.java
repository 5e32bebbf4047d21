package dev.slicer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.assertj.core.data.Offset;

/**
 * Random sentences with what seqeval 1.2.2 makes of them, written by {@code src/test/python/seqeval_golden.py}.
 *
 * @param expected gold and predicted tags, and seqeval's scores of them
 */
public record SeqevalCase(JsonNode expected) {
    /** seqeval computes F1 from the rounded precision and recall; ours comes from the counts. */
    private static final Offset<Double> LAST_BITS = within(1e-12);

    public static List<SeqevalCase> all() {
        try (InputStream golden = SeqevalCase.class.getResourceAsStream("seqeval-golden.json")) {
            List<SeqevalCase> cases = new ArrayList<>();
            new ObjectMapper().readTree(golden).forEach(expected -> cases.add(new SeqevalCase(expected)));
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tags of its sentences, some of which continue nothing. */
    public List<List<String>> gold() {
        return sentences(expected.get("gold"));
    }

    /** @param gold the case's own tags, as they are or as a reader of corpora has read them */
    public void assertScoresOf(List<List<String>> gold) {
        assertScores(score(Scoring.CONLLEVAL, gold, expected), expected.get("conlleval"));
        assertScores(score(Scoring.STRICT, gold, expected), expected.get("strictIob2"));
        assertScores(scoreSubTokens(gold, expected), expected.get("subToken"));
    }

    private static List<List<String>> sentences(JsonNode sentences) {
        List<List<String>> tags = new ArrayList<>();
        sentences.forEach(sentence -> tags.add(List.of(sentence.asText().split(" "))));
        return tags;
    }

    private static LanguageScores score(Scoring scoring, List<List<String>> gold, JsonNode expected) {
        Evaluator evaluator = new Evaluator(scoring);
        List<List<String>> predicted = sentences(expected.get("predicted"));
        for (int i = 0; i < gold.size(); i++) {
            evaluator.add("xx", gold.get(i), predicted.get(i));
        }
        return evaluator.evaluation().pooled();
    }

    private static LanguageScores scoreSubTokens(List<List<String>> gold, JsonNode expected) {
        Evaluator evaluator = new Evaluator(Scoring.SUB_TOKEN);
        for (int i = 0; i < gold.size(); i++) {
            // A word without sub-tokens is nothing between two spaces.
            List<List<String>> pieces = Arrays.stream(
                            expected.get("pieces").get(i).asText().split(" ", -1))
                    .map(word -> word.isEmpty() ? List.<String>of() : List.of(word.split("\\|")))
                    .toList();
            evaluator.addSubTokens("xx", gold.get(i), pieces);
        }
        return evaluator.evaluation().pooled();
    }

    private static void assertScores(LanguageScores actual, JsonNode expected) {
        TreeSet<String> types = new TreeSet<>();
        expected.get("types").fieldNames().forEachRemaining(types::add);
        assertThat(actual.byType().keySet()).isEqualTo(types);
        for (String type : types) {
            assertCounts(actual.byType().get(type), expected.get("types").get(type));
        }
        assertCounts(actual.micro(), expected.get("micro"));
        assertThat(actual.macroF1()).isEqualTo(expected.get("macro").get(2).asDouble(), LAST_BITS);
    }

    private static void assertCounts(Counts actual, JsonNode expected) {
        assertThat(actual.precision()).isEqualTo(expected.get(0).asDouble());
        assertThat(actual.recall()).isEqualTo(expected.get(1).asDouble());
        assertThat(actual.f1()).isEqualTo(expected.get(2).asDouble(), LAST_BITS);
        assertThat(actual.support()).isEqualTo(expected.get(3).asLong());
    }
}
