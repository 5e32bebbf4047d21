package dev.slicer.metrics;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts entities sentence by sentence under one scoring. Not for several threads. */
public final class Evaluator {
    private final Scoring scoring;
    private final Map<String, Tally> byLanguage = new HashMap<>();

    public Evaluator(Scoring scoring) {
        this.scoring = scoring;
    }

    /**
     * Adds a sentence to {@link Scoring#STRICT_IOB2} or {@link Scoring#CONLLEVAL}.
     *
     * @param gold a tag per word
     * @param predicted as many
     * @throws IllegalArgumentException where the numbers of tags differ
     */
    public void add(String language, List<String> gold, List<String> predicted) {
        if (scoring == Scoring.SUB_TOKEN) {
            throw new IllegalStateException("SUB_TOKEN scoring needs the tags of each word's sub-tokens");
        }
        checkSizes(gold.size(), predicted.size());
        count(language, gold, predicted);
    }

    /**
     * Adds a sentence to {@link Scoring#SUB_TOKEN}. Every gold sub-token carries its word's tag, {@code B-} copied too, so
     * that a word of three pieces tagged {@code B-PER} counts as three entities. A word without sub-token is not in that
     * count.
     *
     * @param gold a tag per word
     * @param predicted for each word the tags predicted at its sub-tokens
     * @throws IllegalArgumentException where the numbers of words differ
     */
    public void addSubTokens(String language, List<String> gold, List<List<String>> predicted) {
        if (scoring != Scoring.SUB_TOKEN) {
            throw new IllegalStateException(scoring + " scoring is by word, not by sub-token");
        }
        checkSizes(gold.size(), predicted.size());
        List<String> expanded = new ArrayList<>();
        for (int word = 0; word < gold.size(); word++) {
            expanded.addAll(Collections.nCopies(predicted.get(word).size(), gold.get(word)));
        }
        count(language, expanded, predicted.stream().flatMap(List::stream).toList());
    }

    /** The scores of all that was added so far. */
    public Evaluation evaluation() {
        SortedMap<String, LanguageScores> scores = new TreeMap<>();
        byLanguage.forEach((language, tally) -> scores.put(language, tally.scores()));
        return new Evaluation(scoring, scores);
    }

    private static void checkSizes(int gold, int predicted) {
        if (gold != predicted) {
            throw new IllegalArgumentException(
                    "a sentence with " + gold + " gold tags and predictions for " + predicted + " words");
        }
    }

    private void count(String language, List<String> gold, List<String> predicted) {
        byLanguage.computeIfAbsent(language, any -> new Tally()).add(spans(gold), spans(predicted));
    }

    private Set<Span> spans(List<String> tags) {
        return new HashSet<>(scoring == Scoring.STRICT_IOB2 ? Spans.ofStrictIob2(tags) : Spans.ofConlleval(tags));
    }

    private static final class Tally {
        private final SortedMap<String, Counts> byType = new TreeMap<>();
        private long sentences;

        void add(Set<Span> gold, Set<Span> predicted) {
            sentences++;
            SpanCounts.byType(gold, predicted).forEach((type, counts) -> byType.merge(type, counts, Counts::plus));
        }

        LanguageScores scores() {
            return new LanguageScores(sentences, byType);
        }
    }
}
