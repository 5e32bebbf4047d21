package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Language;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Sample;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.TrialAnswer;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Tolerances;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrialTest {
    private static final String DIGEST = "sha256:" + "0a".repeat(32);
    private static final String OTHER_DIGEST = "sha256:" + "0b".repeat(32);
    private static final Tolerances TOLERANCES = new Tolerances(0.01, 0.05, Map.of());

    private Trial trial = Trial.of("new", "old", new Sample(documents(), Set.of()));

    @Test
    void shouldAskBothForWhatTheyHaveNotAnswered() {
        // Given
        trial = trial.with(List.of(score("sw/1", "old", new Counts(1, 0, 0))));
        trial = trial.with(List.of(score("sw/1", "another", new Counts(1, 0, 0))));
        trial = trial.with(List.of(score("sw/99", "new", new Counts(1, 0, 0))));

        // Then
        assertThat(trial.questions(id -> Optional.of(DIGEST)))
                .extracting(question ->
                        question.modelId() + " " + question.document().id().substring("evaluation/b/".length()))
                .containsExactlyInAnyOrder("new sw/1", "new sw/2", "old sw/2", "new yo/1", "old yo/1");
        assertThat(trial.questions(id -> Optional.of(id.equals("new") ? DIGEST : OTHER_DIGEST)))
                .as("each is asked for what was announced")
                .allSatisfy(question -> assertThat(question.digest())
                        .hasValue(question.modelId().equals("new") ? DIGEST : OTHER_DIGEST));
        assertThat(trial.isComplete()).isFalse();
    }

    @Test
    void shouldNameEachLanguageThatEitherSideHasNotAnswered() {
        // Given: all of Swahili, and of Yoruba what the candidate found
        for (String document : List.of("sw/1", "sw/2")) {
            trial = trial.with(List.of(score(document, "old", new Counts(1, 0, 0))));
            trial = trial.with(List.of(score(document, "new", new Counts(1, 0, 0))));
        }
        trial = trial.with(List.of(score("yo/1", "new", new Counts(1, 0, 0))));

        // Then
        assertThat(trial.isComplete()).isFalse();
        assertThat(trial.missing()).isEqualTo("b/yo (of 1 documents new answered 1 and old 0)");
    }

    @Test
    void shouldNotLeaveALanguageOutThatWasNotPublishedForTooLong() {
        // Given
        Trial partly = Trial.of("new", "old", new Sample(documents(), Set.of(new Language("b", "ha"))));

        // When: all that can be asked is answered
        for (String document : List.of("sw/1", "sw/2", "yo/1")) {
            partly = partly.with(List.of(score(document, "old", new Counts(1, 0, 0))));
            partly = partly.with(List.of(score(document, "new", new Counts(1, 0, 0))));
        }

        // Then
        assertThat(partly.isAnswered()).isTrue();
        assertThat(partly.isComplete()).isFalse();
        assertThat(partly.missing()).isEqualTo("b/ha (its documents are to be published again)");
    }

    @Test
    void shouldCountADocumentOnceHoweverOftenItIsAnswered() {
        // Given
        trial = trial.with(List.of(score("yo/1", "old", new Counts(1, 0, 0))));
        assertThat(trial.answers()).isEqualTo(1);
        assertThat(trial.questions(id -> Optional.of(DIGEST))).hasSize(5);

        // When
        trial = trial.with(
                List.of(score("yo/1", "old", new Counts(0, 1, 1)), score("yo/1", "new", new Counts(1, 0, 0))));

        // Then: the last counts
        assertThat(trial.answers()).isEqualTo(2);
        assertThat(trial.byCurrent()).containsEntry("evaluation/b/yo/1", new Counts(0, 1, 1));
    }

    @Test
    void shouldPassOverScoresOfOtherLabels() {
        // Given: gold whose labels have changed since
        TrialGold changed =
                new TrialGold(documents().get("evaluation/b/yo/1").document(), Instant.EPOCH.plusSeconds(1));
        Trial later = Trial.of("new", "old", new Sample(Map.of("evaluation/b/yo/1", changed), Set.of()));

        // When and then
        assertThat(later.with(List.of(score("yo/1", "old", new Counts(1, 0, 0))))
                        .questions(id -> Optional.of(DIGEST)))
                .hasSize(2);
    }

    @Test
    void shouldObjectWhenOneLanguageFallsThoughTheMeanRises() {
        // Given
        for (String document : List.of("sw/1", "sw/2")) {
            trial = trial.with(List.of(score(document, "old", new Counts(0, 1, 1))));
            trial = trial.with(List.of(score(document, "new", new Counts(1, 0, 0))));
        }
        trial = trial.with(List.of(score("yo/1", "old", new Counts(1, 0, 0))));
        trial = trial.with(List.of(score("yo/1", "new", new Counts(1, 1, 0))));

        // When
        Comparison comparison = trial.compare(TOLERANCES);

        // Then
        assertThat(trial.isComplete()).isTrue();
        assertThat(comparison.candidateMacroF1()).isGreaterThan(comparison.currentMacroF1());
        assertThat(comparison.objections())
                .containsExactly("F1 of yo in b falls from 100.0 to 66.7, by more than 5.0 points");
    }

    private static Map<String, TrialGold> documents() {
        Map<String, TrialGold> documents = new LinkedHashMap<>();
        for (String place : List.of("sw/1", "sw/2", "yo/1")) {
            GoldDocument gold = new GoldRules(Set.of(), Set.of(), false)
                    .read(new LabelledDocument(
                            place.substring(3), "b", place.substring(0, 2), List.of("Asha"), List.of("B-PER")));
            documents.put(gold.documentId(), new TrialGold(gold, Instant.EPOCH));
        }
        return documents;
    }

    private static TrialAnswer score(String place, String model, Counts counts) {
        return new TrialAnswer("new@" + Instant.EPOCH, "evaluation/b/" + place, model, Instant.EPOCH, counts);
    }
}
