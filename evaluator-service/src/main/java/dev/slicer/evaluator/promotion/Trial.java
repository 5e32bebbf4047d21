package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Language;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Sample;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.TrialDocument;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.LanguageResult;
import dev.slicer.metrics.Scoring;
import dev.slicer.metrics.Tolerances;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A candidate and the current checkpoint on the same labelled documents. */
final class Trial {
    private static final String SCORING = Scoring.STRICT_IOB2.label();

    private final String candidate;
    private final String current;
    private final Map<String, TrialGold> documents;
    private final Set<Language> stale;
    private final Map<String, Counts> byCandidate = new HashMap<>();
    private final Map<String, Counts> byCurrent = new HashMap<>();

    private record Answered(int documents, int byCandidate, int byCurrent) {
        boolean all() {
            return byCandidate == documents && byCurrent == documents;
        }

        Answered plus(Answered other) {
            return new Answered(
                    documents + other.documents, byCandidate + other.byCandidate, byCurrent + other.byCurrent);
        }
    }

    Trial(String candidate, String current, Sample sample) {
        this.candidate = candidate;
        this.current = current;
        this.documents = sample.documents();
        this.stale = sample.stale();
    }

    int documents() {
        return documents.size();
    }

    /**
     * Takes an answer's score. A miss is none: the answer may come yet.
     *
     * @return whether the trial has got further by it
     */
    boolean add(DocumentScored score) {
        TrialGold gold = documents.get(score.documentId());
        if (gold == null
                || score.outcome() == Outcome.MISSED
                || score.scoredAt().isBefore(gold.scoresFrom())) {
            return false;
        }
        if (score.modelId().equals(candidate)) {
            return add(score, byCandidate);
        }
        return score.modelId().equals(current) && add(score, byCurrent);
    }

    private static boolean add(DocumentScored score, Map<String, Counts> answers) {
        return score.counts().stream()
                .filter(counts -> counts.scoring().equals(SCORING))
                .map(ScoringCounts::byType)
                .map(byType -> byType.values().stream().reduce(Counts.NONE, Counts::plus))
                .findFirst()
                .filter(counts -> answers.put(score.documentId(), counts) == null)
                .isPresent();
    }

    /** What is to be asked of either checkpoint, as far as it has not been answered. */
    List<TrialDocument> questions() {
        List<TrialDocument> questions = new ArrayList<>();
        documents.forEach((id, gold) -> {
            if (!byCurrent.containsKey(id)) {
                questions.add(new TrialDocument(current, gold.document().question()));
            }
            if (!byCandidate.containsKey(id)) {
                questions.add(new TrialDocument(candidate, gold.document().question()));
            }
        });
        return questions;
    }

    /** Whether both have answered all that can be asked. */
    boolean isAnswered() {
        return byCandidate.size() == documents.size() && byCurrent.size() == documents.size();
    }

    /** Whether the comparison says something of every language. */
    boolean isComplete() {
        return isAnswered() && stale.isEmpty();
    }

    /** The languages that cannot be compared, in words; empty where the trial is complete. */
    String missing() {
        SortedMap<Language, Answered> languages = new TreeMap<>();
        documents.forEach((id, gold) -> languages.merge(
                Language.of(gold.document()),
                new Answered(1, byCandidate.containsKey(id) ? 1 : 0, byCurrent.containsKey(id) ? 1 : 0),
                Answered::plus));
        languages.values().removeIf(Answered::all);
        List<String> missing = new ArrayList<>();
        stale.forEach(language -> missing.add(language + " (its documents are to be published again)"));
        languages.forEach((language, answered) -> missing.add(String.format(
                Locale.ROOT,
                "%s (of %d documents %s answered %d and %s %d)",
                language,
                answered.documents(),
                candidate,
                answered.byCandidate(),
                current,
                answered.byCurrent())));
        return String.join(", ", missing);
    }

    /** On all documents; both have answered them. */
    Comparison compare(Tolerances tolerances) {
        Map<Language, LanguageResult> results = new TreeMap<>();
        byCurrent.forEach((id, ofCurrent) -> {
            GoldDocument gold = documents.get(id).document();
            LanguageResult one =
                    new LanguageResult(gold.benchmark(), gold.language(), 1, 0, ofCurrent, byCandidate.get(id));
            results.merge(Language.of(gold), one, Trial::plus);
        });
        return Comparison.of(Scoring.STRICT_IOB2, tolerances, List.copyOf(results.values()));
    }

    private static LanguageResult plus(LanguageResult a, LanguageResult b) {
        return new LanguageResult(
                a.benchmark(),
                a.language(),
                a.documents() + b.documents(),
                0,
                a.current().plus(b.current()),
                a.candidate().plus(b.candidate()));
    }
}
