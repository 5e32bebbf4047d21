package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Language;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Sample;
import dev.slicer.events.TrialAnswer;
import dev.slicer.events.TrialDocument;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.LanguageResult;
import dev.slicer.metrics.Scoring;
import dev.slicer.metrics.Tolerances;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A candidate and the current checkpoint on the same labelled documents; immutable.
 *
 * @param documents by their id
 * @param stale languages whose documents have not been published for too long
 * @param byCandidate counts of the documents that the candidate has answered, by their id
 * @param byCurrent the same of the current checkpoint
 */
record Trial(
        String candidate,
        String current,
        Map<String, TrialGold> documents,
        SortedSet<Language> stale,
        Map<String, Counts> byCandidate,
        Map<String, Counts> byCurrent) {
    private record Answered(int documents, int byCandidate, int byCurrent) {
        boolean all() {
            return byCandidate == documents && byCurrent == documents;
        }

        Answered plus(Answered other) {
            return new Answered(
                    documents + other.documents, byCandidate + other.byCandidate, byCurrent + other.byCurrent);
        }
    }

    /** Before the first answer. */
    static Trial of(String candidate, String current, Sample sample) {
        return new Trial(
                candidate,
                current,
                Collections.unmodifiableMap(new LinkedHashMap<>(sample.documents())),
                Collections.unmodifiableSortedSet(new TreeSet<>(sample.stale())),
                Map.of(),
                Map.of());
    }

    /** With further answers to its questions, the last of each document. */
    Trial with(List<TrialAnswer> answers) {
        Map<String, Counts> ofCandidate = new HashMap<>();
        Map<String, Counts> ofCurrent = new HashMap<>();
        for (TrialAnswer answer : answers) {
            if (isOfThese(answer)) {
                if (answer.modelId().equals(candidate)) {
                    ofCandidate.put(answer.documentId(), answer.counts());
                } else if (answer.modelId().equals(current)) {
                    ofCurrent.put(answer.documentId(), answer.counts());
                }
            }
        }
        return ofCandidate.isEmpty() && ofCurrent.isEmpty()
                ? this
                : new Trial(
                        candidate,
                        current,
                        documents,
                        stale,
                        plus(byCandidate, ofCandidate),
                        plus(byCurrent, ofCurrent));
    }

    private boolean isOfThese(TrialAnswer answer) {
        TrialGold gold = documents.get(answer.documentId());
        return gold != null && !answer.scoredAt().isBefore(gold.scoresFrom());
    }

    private static Map<String, Counts> plus(Map<String, Counts> before, Map<String, Counts> more) {
        Map<String, Counts> all = new HashMap<>(before);
        all.putAll(more);
        return Collections.unmodifiableMap(all);
    }

    /** How many there are of both. */
    int answers() {
        return byCandidate.size() + byCurrent.size();
    }

    /**
     * What is to be asked of either checkpoint, as far as it has not been answered.
     *
     * @param digests of the checkpoints, as far as they are known
     */
    List<TrialDocument> questions(Function<String, Optional<String>> digests) {
        List<TrialDocument> questions = new ArrayList<>();
        documents.forEach((id, gold) -> {
            if (!byCurrent.containsKey(id)) {
                questions.add(new TrialDocument(current, gold.document().question(), digests.apply(current)));
            }
            if (!byCandidate.containsKey(id)) {
                questions.add(new TrialDocument(candidate, gold.document().question(), digests.apply(candidate)));
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
        return Comparison.of(Scoring.STRICT, tolerances, List.copyOf(results.values()));
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
