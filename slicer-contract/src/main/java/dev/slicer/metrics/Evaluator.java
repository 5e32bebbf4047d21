package dev.slicer.metrics;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
     * Adds a sentence to {@link Scoring#STRICT} or {@link Scoring#CONLLEVAL}.
     *
     * @param gold a tag per word
     * @param predicted as many
     * @throws IllegalArgumentException where the numbers of tags differ
     */
    public void add(String language, List<String> gold, List<String> predicted) {
        if (scoring == Scoring.SUB_TOKEN) {
            throw new IllegalStateException("SUB_TOKEN scoring needs the tags of each word's sub-tokens");
        }
        SpanCounts.requireAsMany(gold.size(), predicted.size());
        count(language, SpanCounts.byType(spans(gold), spans(predicted)));
    }

    /**
     * Adds a sentence to {@link Scoring#SUB_TOKEN}.
     *
     * @param gold a tag per word
     * @param predicted for each word the tags predicted at its sub-tokens
     * @throws IllegalArgumentException where the numbers of words differ
     */
    public void addSubTokens(String language, List<String> gold, List<List<String>> predicted) {
        if (scoring != Scoring.SUB_TOKEN) {
            throw new IllegalStateException(scoring + " scoring is by word, not by sub-token");
        }
        count(language, SpanCounts.ofSubTokens(gold, predicted));
    }

    /** The scores of all that was added so far. */
    public Evaluation evaluation() {
        SortedMap<String, LanguageScores> scores = new TreeMap<>();
        byLanguage.forEach((language, tally) -> scores.put(language, tally.scores()));
        return new Evaluation(scoring, scores);
    }

    private void count(String language, SortedMap<String, Counts> sentence) {
        byLanguage.computeIfAbsent(language, any -> new Tally()).add(sentence);
    }

    private List<Span> spans(List<String> tags) {
        return scoring == Scoring.STRICT ? Spans.ofStrictIob2(tags) : Spans.ofConlleval(tags);
    }

    private static final class Tally {
        private final SortedMap<String, Counts> byType = new TreeMap<>();
        private long sentences;

        void add(SortedMap<String, Counts> sentence) {
            sentences++;
            sentence.forEach((type, counts) -> byType.merge(type, counts, Counts::plus));
        }

        LanguageScores scores() {
            return new LanguageScores(sentences, byType);
        }
    }
}
