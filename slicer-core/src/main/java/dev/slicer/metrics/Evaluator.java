package dev.slicer.metrics;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.ArrayList;
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
            throw new IllegalStateException("SUB_TOKEN scoring needs the sub-tokens of each word");
        }
        checkSizes(gold.size(), predicted.size(), gold.size());
        count(language, gold, predicted);
    }

    /**
     * Adds a sentence to any scoring; {@link Scoring#SUB_TOKEN} has every sub-token carry its word's tag, {@code B-}
     * copied too, so that a word of three pieces tagged {@code B-PER} counts as three entities. A word without sub-token
     * is not in that count.
     *
     * @param subTokens number of sub-tokens of each word
     * @throws IllegalArgumentException where the numbers of words differ
     */
    public void add(String language, List<String> gold, List<String> predicted, int[] subTokens) {
        checkSizes(gold.size(), predicted.size(), subTokens.length);
        if (scoring == Scoring.SUB_TOKEN) {
            count(language, expanded(gold, subTokens), expanded(predicted, subTokens));
        } else {
            count(language, gold, predicted);
        }
    }

    /** The scores of all that was added so far. */
    public Evaluation evaluation() {
        SortedMap<String, LanguageScores> scores = new TreeMap<>();
        byLanguage.forEach((language, tally) -> scores.put(language, tally.scores()));
        return new Evaluation(scoring, scores);
    }

    private static void checkSizes(int gold, int predicted, int subTokens) {
        if (gold != predicted || gold != subTokens) {
            throw new IllegalArgumentException("a sentence with " + gold + " gold tags, " + predicted
                    + " predicted tags and sub-token counts of " + subTokens + " words");
        }
    }

    private void count(String language, List<String> gold, List<String> predicted) {
        byLanguage.computeIfAbsent(language, any -> new Tally()).add(spans(gold), spans(predicted));
    }

    private Set<Span> spans(List<String> tags) {
        return new HashSet<>(scoring == Scoring.STRICT_IOB2 ? Spans.ofStrictIob2(tags) : Spans.ofConlleval(tags));
    }

    private static List<String> expanded(List<String> tags, int[] subTokens) {
        List<String> expanded = new ArrayList<>();
        for (int word = 0; word < subTokens.length; word++) {
            for (int piece = 0; piece < subTokens[word]; piece++) {
                expanded.add(tags.get(word));
            }
        }
        return expanded;
    }

    private static final class Tally {
        private final SortedMap<String, Counts> byType = new TreeMap<>();
        private long sentences;

        void add(Set<Span> gold, Set<Span> predicted) {
            sentences++;
            for (Span span : predicted) {
                add(span.type(), gold.contains(span) ? new Counts(1, 0, 0) : new Counts(0, 1, 0));
            }
            for (Span span : gold) {
                if (!predicted.contains(span)) {
                    add(span.type(), new Counts(0, 0, 1));
                }
            }
        }

        private void add(String type, Counts counts) {
            byType.merge(type, counts, Counts::plus);
        }

        LanguageScores scores() {
            return new LanguageScores(sentences, byType);
        }
    }
}
