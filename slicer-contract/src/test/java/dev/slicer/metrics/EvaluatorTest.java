package dev.slicer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final Offset<Double> LAST_BITS = within(1e-12);

    @Test
    void shouldAgreeWithSeqevalOnRandomSequences() {
        // Given
        List<SeqevalCase> cases = SeqevalCase.all();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(300);

        for (SeqevalCase expected : cases) {
            expected.assertScoresOf(expected.gold());
        }
    }

    @Test
    void shouldCountNoEntityWhereGoldContinuesNothing() {
        // Given: seqeval 1.2.2 says F1 0.667 in strict mode, and 1.0 by default
        List<String> gold = List.of("B-PER", "O", "I-LOC");
        List<String> predicted = List.of("B-PER", "O", "B-LOC");

        // When / Then
        assertThat(counts(Scoring.STRICT, gold, predicted).f1()).isEqualTo(2.0 / 3, LAST_BITS);
        assertThat(counts(Scoring.CONLLEVAL, gold, predicted).f1()).isEqualTo(1);
    }

    @Test
    void shouldScoreLenientlyWhatStrictReadingDrops() {
        List<String> gold = List.of("B-PER", "I-PER", "O");
        List<String> predicted = List.of("I-PER", "I-PER", "O");

        assertThat(counts(Scoring.CONLLEVAL, gold, predicted)).isEqualTo(new Counts(1, 0, 0));
        assertThat(counts(Scoring.STRICT, gold, predicted)).isEqualTo(new Counts(0, 0, 1));
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
        Evaluator evaluator = new Evaluator(Scoring.STRICT);
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
        Evaluation nothing = new Evaluator(Scoring.STRICT).evaluation();

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
}
