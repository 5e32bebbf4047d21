package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.TrialDocument;
import dev.slicer.labels.Spans;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.LanguageResult;
import dev.slicer.metrics.Scoring;
import dev.slicer.metrics.Tolerances;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A candidate and the current checkpoint on the same labelled documents. */
final class Trial {
    private static final String SCORING = Scoring.STRICT_IOB2.label();

    private final String candidate;
    private final String current;
    private final Instant begun;
    private final Map<String, GoldDocument> documents;
    /** Of documents that a model missed, nothing. */
    private final Map<String, Optional<Counts>> byCandidate = new HashMap<>();

    private final Map<String, Optional<Counts>> byCurrent = new HashMap<>();

    Trial(String candidate, String current, Instant begun, Map<String, GoldDocument> documents) {
        this.candidate = candidate;
        this.current = current;
        this.begun = begun;
        this.documents = documents;
    }

    boolean isBetween(String thisCandidate, String thisCurrent) {
        return candidate.equals(thisCandidate) && current.equals(thisCurrent);
    }

    Instant begun() {
        return begun;
    }

    int documents() {
        return documents.size();
    }

    void add(DocumentScored score) {
        if (documents.containsKey(score.documentId())) {
            if (score.modelId().equals(candidate)) {
                byCandidate.put(score.documentId(), counts(score));
            } else if (score.modelId().equals(current)) {
                byCurrent.put(score.documentId(), counts(score));
            }
        }
    }

    private static Optional<Counts> counts(DocumentScored score) {
        return score.outcome() == Outcome.MISSED
                ? Optional.empty()
                : score.counts().stream()
                        .filter(counts -> counts.scoring().equals(SCORING))
                        .map(ScoringCounts::byType)
                        .map(byType -> byType.values().stream().reduce(Counts.NONE, Counts::plus))
                        .findFirst();
    }

    /** What is to be asked of either checkpoint, as far as it has not been answered. */
    List<TrialDocument> questions() {
        List<TrialDocument> questions = new ArrayList<>();
        documents.forEach((id, gold) -> {
            if (!byCurrent.containsKey(id)) {
                questions.add(new TrialDocument(current, gold.question()));
            }
            if (!byCandidate.containsKey(id)) {
                questions.add(new TrialDocument(candidate, gold.question()));
            }
        });
        return questions;
    }

    boolean isComplete() {
        return byCandidate.size() == documents.size() && byCurrent.size() == documents.size();
    }

    /** Whether there is something to compare: silence of either is no result but a fault elsewhere. */
    boolean isComparable() {
        return byCandidate.values().stream().anyMatch(Optional::isPresent)
                && byCurrent.values().stream().anyMatch(Optional::isPresent);
    }

    /** On the documents that the current checkpoint answered; what the candidate did not answer counts as not found. */
    Comparison compare(Tolerances tolerances) {
        Map<String, LanguageResult> results = new TreeMap<>();
        byCurrent.forEach((id, counts) -> counts.ifPresent(ofCurrent -> {
            GoldDocument gold = documents.get(id);
            Optional<Counts> ofCandidate = byCandidate.getOrDefault(id, Optional.empty());
            LanguageResult one = new LanguageResult(
                    gold.benchmark(),
                    gold.language(),
                    1,
                    ofCandidate.isPresent() ? 0 : 1,
                    ofCurrent,
                    ofCandidate.orElseGet(() -> nothingFound(gold)));
            results.merge(gold.benchmark() + "/" + gold.language(), one, Trial::plus);
        }));
        return Comparison.of(Scoring.STRICT_IOB2, tolerances, List.copyOf(results.values()));
    }

    private static Counts nothingFound(GoldDocument gold) {
        return new Counts(0, 0, Spans.ofStrictIob2(gold.tags()).size());
    }

    private static LanguageResult plus(LanguageResult a, LanguageResult b) {
        return new LanguageResult(
                a.benchmark(),
                a.language(),
                a.documents() + b.documents(),
                a.unanswered() + b.unanswered(),
                a.current().plus(b.current()),
                a.candidate().plus(b.candidate()));
    }
}
