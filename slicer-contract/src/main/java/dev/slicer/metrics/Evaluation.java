package dev.slicer.metrics;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Entity-level scores.
 *
 * @param scoring how entities were counted; figures of different scorings don't compare
 * @param byLanguage scores of each language, in alphabetical order of its code
 */
public record Evaluation(Scoring scoring, SortedMap<String, LanguageScores> byLanguage) {
    private static final LanguageScores NOTHING = new LanguageScores(0, new TreeMap<>());

    public Evaluation {
        byLanguage = Collections.unmodifiableSortedMap(new TreeMap<>(byLanguage));
    }

    /** All languages as if they were one: its {@code byType}, {@code micro} and {@code macroF1} pool their entities. */
    public LanguageScores pooled() {
        return byLanguage.values().stream().reduce(NOTHING, LanguageScores::plus);
    }

    /** Mean of the languages' micro F1, 0 to 1: the figure that papers on transfer report; 0 where there is none. */
    public double meanF1() {
        return byLanguage.values().stream()
                .mapToDouble(language -> language.micro().f1())
                .average()
                .orElse(0);
    }
}
