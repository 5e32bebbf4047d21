package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.LabelledDocument;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Tolerances;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrialTest {
    private static final Tolerances TOLERANCES = new Tolerances(0.01, 0.05, Map.of());

    private final Map<String, GoldDocument> documents = documents();
    private final Trial trial = new Trial("new", "old", Instant.EPOCH, documents);

    @Test
    void shouldAskBothForWhatTheyHaveNotAnswered() {
        // Given
        trial.add(score("sw/1", "old", new Counts(1, 0, 0)));
        trial.add(score("sw/1", "another", new Counts(1, 0, 0)));
        trial.add(score("sw/99", "new", new Counts(1, 0, 0)));

        // Then
        assertThat(trial.questions())
                .extracting(question ->
                        question.modelId() + " " + question.document().id().substring("evaluation/b/".length()))
                .containsExactlyInAnyOrder("new sw/1", "new sw/2", "old sw/2", "new yo/1", "old yo/1");
        assertThat(trial.isComplete()).isFalse();
        assertThat(trial.isComparable()).isFalse();
    }

    @Test
    void shouldObjectWhenOneLanguageFallsThoughTheMeanRises() {
        // Given
        for (String document : List.of("sw/1", "sw/2")) {
            trial.add(score(document, "old", new Counts(0, 1, 1)));
            trial.add(score(document, "new", new Counts(1, 0, 0)));
        }
        trial.add(score("yo/1", "old", new Counts(1, 0, 0)));
        trial.add(score("yo/1", "new", new Counts(1, 1, 0)));

        // When
        Comparison comparison = trial.compare(TOLERANCES);

        // Then
        assertThat(trial.isComplete()).isTrue();
        assertThat(comparison.candidateMacroF1()).isGreaterThan(comparison.currentMacroF1());
        assertThat(comparison.objections())
                .containsExactly("F1 of yo in b falls from 100.0 to 66.7, by more than 5.0 points");
    }

    @Test
    void shouldCountWhatTheCandidateDoesNotAnswerAsNotFoundAndLeaveOutWhatTheCurrentOneMissed() {
        // Given
        trial.add(score("sw/1", "old", new Counts(1, 0, 0)));
        trial.add(score("sw/1", "new", new Counts(1, 0, 0)));
        trial.add(score("sw/2", "old", new Counts(1, 0, 0)));
        trial.add(missed("yo/1", "old"));
        trial.add(score("yo/1", "new", new Counts(1, 0, 0)));

        // When
        Comparison comparison = trial.compare(TOLERANCES);

        // Then
        assertThat(comparison.rows()).singleElement().satisfies(row -> {
            assertThat(row.language()).isEqualTo("sw");
            assertThat(row.documents()).isEqualTo(2);
            assertThat(row.unanswered()).isEqualTo(1);
            assertThat(row.candidateF1()).isEqualTo(2.0 / 3);
        });
    }

    private static Map<String, GoldDocument> documents() {
        Map<String, GoldDocument> documents = new LinkedHashMap<>();
        for (String place : List.of("sw/1", "sw/2", "yo/1")) {
            GoldDocument gold = new GoldRules(Set.of(), Set.of(), false)
                    .read(new LabelledDocument(
                            place.substring(3), "b", place.substring(0, 2), List.of("Asha"), List.of("B-PER")));
            documents.put(gold.documentId(), gold);
        }
        return documents;
    }

    private static DocumentScored score(String place, String model, Counts counts) {
        return new DocumentScored(
                "evaluation/b/" + place,
                "b",
                place.substring(0, 2),
                model,
                Outcome.ANSWERED,
                Instant.EPOCH,
                List.of(new ScoringCounts("strict-iob2", new TreeMap<>(Map.of("PER", counts)))),
                Map.of());
    }

    private static DocumentScored missed(String place, String model) {
        return new DocumentScored(
                "evaluation/b/" + place,
                "b",
                place.substring(0, 2),
                model,
                Outcome.MISSED,
                Instant.EPOCH,
                List.of(new ScoringCounts("strict-iob2", new TreeMap<>(Map.of("PER", new Counts(0, 0, 1))))),
                Map.of());
    }
}
