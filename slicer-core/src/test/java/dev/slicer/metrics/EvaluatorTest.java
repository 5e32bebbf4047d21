package dev.slicer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.Sentence;
import dev.slicer.labels.TagScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
    /** seqeval computes F1 from the rounded precision and recall; ours comes from the counts. */
    private static final Offset<Double> LAST_BITS = within(1e-12);

    @Test
    void shouldAgreeWithSeqevalOnRandomSequences() throws IOException {
        // Given
        JsonNode cases = golden();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(300);

        for (JsonNode expected : cases) {
            // When
            List<List<String>> gold = sentences(expected.get("gold"));
            LanguageScores conlleval = score(Scoring.CONLLEVAL, gold, expected);
            LanguageScores strict = score(Scoring.STRICT_IOB2, gold, expected);
            LanguageScores subToken = scoreSubTokens(gold, expected);

            // Then
            assertScores(conlleval, expected.get("conlleval"));
            assertScores(strict, expected.get("strictIob2"));
            assertScores(subToken, expected.get("subToken"));
        }
    }

    @Test
    void shouldScoreCorporaWhoseTagsContinueNothingAsSeqevalDoes(@TempDir Path folder) throws IOException {
        // Given: the gold of the same cases as files; where no entity begins with B- they are IOB1, which seqeval does
        // not know
        int damaged = 0;
        for (JsonNode expected : golden()) {
            List<List<String>> tags = sentences(expected.get("gold"));
            Path file = Files.writeString(
                    folder.resolve("gold.conll"),
                    tags.stream()
                            .map(sentence -> sentence.stream()
                                    .map(tag -> "word\t" + tag + "\n")
                                    .collect(Collectors.joining()))
                            .collect(Collectors.joining("\n")));
            if (TagScheme.detect(tags) == TagScheme.IOB1) {
                continue;
            }

            // When
            List<List<String>> gold = Corpora.open(file.toString(), LabelMap.identity()).sentences().stream()
                    .map(Sentence::tags)
                    .toList();

            // Then
            assertScores(score(Scoring.STRICT_IOB2, gold, expected), expected.get("strictIob2"));
            assertScores(score(Scoring.CONLLEVAL, gold, expected), expected.get("conlleval"));
            assertScores(scoreSubTokens(gold, expected), expected.get("subToken"));
            damaged += gold.stream()
                            .anyMatch(
                                    sentence -> !TagScheme.IOB2.toIob2(sentence).equals(sentence))
                    ? 1
                    : 0;
        }
        assertThat(damaged).isGreaterThan(100);
    }

    @Test
    void shouldCountNoEntityWhereGoldContinuesNothing() {
        // Given: seqeval 1.2.2 says F1 0.667 in strict mode, and 1.0 by default
        List<String> gold = List.of("B-PER", "O", "I-LOC");
        List<String> predicted = List.of("B-PER", "O", "B-LOC");

        // When / Then
        assertThat(counts(Scoring.STRICT_IOB2, gold, predicted).f1()).isEqualTo(2.0 / 3, LAST_BITS);
        assertThat(counts(Scoring.CONLLEVAL, gold, predicted).f1()).isEqualTo(1);
    }

    @Test
    void shouldScoreLenientlyWhatStrictReadingDrops() {
        List<String> gold = List.of("B-PER", "I-PER", "O");
        List<String> predicted = List.of("I-PER", "I-PER", "O");

        assertThat(counts(Scoring.CONLLEVAL, gold, predicted)).isEqualTo(new Counts(1, 0, 0));
        assertThat(counts(Scoring.STRICT_IOB2, gold, predicted)).isEqualTo(new Counts(0, 0, 1));
    }

    @Test
    void shouldCountEveryPieceOfABeginningWordAsAnEntityInSubTokenScoring() {
        // Given: gold becomes B-PER B-PER B-PER I-PER I-PER O B-LOC
        List<String> gold = List.of("B-PER", "I-PER", "B-ORG", "O", "B-LOC");
        List<List<String>> predicted = List.of(
                List.of("B-PER", "B-PER", "B-PER"), List.of("O", "O"), List.of(), List.of("O"), List.of("B-LOC"));
        Evaluator evaluator = new Evaluator(Scoring.SUB_TOKEN);

        // When
        evaluator.addSubTokens("en", gold, predicted);

        // Then: the third piece begins an entity of three pieces in gold, of one in the prediction
        LanguageScores scores = evaluator.evaluation().byLanguage().get("en");
        assertThat(scores.byType())
                .containsOnlyKeys("LOC", "PER")
                .containsEntry("PER", new Counts(2, 1, 1))
                .containsEntry("LOC", new Counts(1, 0, 0));
    }

    @Test
    void shouldTakeEachSubTokensOwnPrediction() {
        // Given: the word's first piece is right, its second goes on with the entity where gold begins another
        Evaluator evaluator = new Evaluator(Scoring.SUB_TOKEN);

        // When
        evaluator.addSubTokens("en", List.of("B-PER", "O"), List.of(List.of("B-PER", "I-PER"), List.of("B-LOC", "O")));

        // Then
        assertThat(evaluator.evaluation().pooled().byType())
                .containsEntry("PER", new Counts(0, 1, 2))
                .containsEntry("LOC", new Counts(0, 1, 0));
    }

    @Test
    void shouldPoolAndAverageLanguages() {
        // Given
        Evaluator evaluator = new Evaluator(Scoring.STRICT_IOB2);
        List<String> person = List.of("B-PER");
        List<String> place = List.of("B-LOC");

        // When
        evaluator.add("sw", person, person);
        evaluator.add("sw", place, place);
        evaluator.add("sw", place, place);
        evaluator.add("yo", person, place);
        Evaluation evaluation = evaluator.evaluation();

        // Then
        assertThat(evaluation.byLanguage()).containsOnlyKeys("sw", "yo");
        assertThat(evaluation.byLanguage().get("sw").sentences()).isEqualTo(3);
        assertThat(evaluation.byLanguage().get("yo").macroF1()).isZero();
        assertThat(evaluation.pooled().sentences()).isEqualTo(4);
        assertThat(evaluation.pooled().micro()).isEqualTo(new Counts(3, 1, 1));
        assertThat(evaluation.pooled().byType().get("LOC")).isEqualTo(new Counts(2, 1, 0));
        assertThat(evaluation.pooled().macroF1()).isEqualTo((0.8 + 2.0 / 3) / 2, LAST_BITS);
        assertThat(evaluation.meanF1()).isEqualTo(0.5);
    }

    @Test
    void shouldBeZeroWhereThereIsNothing() {
        Evaluation nothing = new Evaluator(Scoring.STRICT_IOB2).evaluation();

        assertThat(nothing.meanF1()).isZero();
        assertThat(nothing.pooled().micro().precision()).isZero();
        assertThat(nothing.pooled().micro().recall()).isZero();
        assertThat(nothing.pooled().micro().f1()).isZero();
        assertThat(nothing.pooled().macroF1()).isZero();
    }

    @Test
    void shouldRefuseSentencesThatDoNotFit() {
        assertThatThrownBy(() -> new Evaluator(Scoring.CONLLEVAL).add("en", List.of("O"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sentence with 1 gold tags and predictions for 0 words");
        assertThatThrownBy(() -> new Evaluator(Scoring.SUB_TOKEN).add("en", List.of("O"), List.of("O")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("SUB_TOKEN scoring needs the tags of each word's sub-tokens");
        assertThatThrownBy(() -> new Evaluator(Scoring.CONLLEVAL).addSubTokens("en", List.of(), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("CONLLEVAL scoring is by word, not by sub-token");
    }

    private static Counts counts(Scoring scoring, List<String> gold, List<String> predicted) {
        Evaluator evaluator = new Evaluator(scoring);
        evaluator.add("en", gold, predicted);
        return evaluator.evaluation().pooled().micro();
    }

    /** Written by src/test/python/seqeval_golden.py with seqeval 1.2.2. */
    private static JsonNode golden() throws IOException {
        try (InputStream golden = EvaluatorTest.class.getResourceAsStream("seqeval-golden.json")) {
            return new ObjectMapper().readTree(golden);
        }
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
