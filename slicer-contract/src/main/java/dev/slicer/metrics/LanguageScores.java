package dev.slicer.metrics;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The scores of one language.
 *
 * @param sentences sentences that were scored
 * @param byType counts of each entity type that occurs in gold or prediction, in alphabetical order
 */
public record LanguageScores(long sentences, SortedMap<String, Counts> byType) {
    public LanguageScores {
        byType = Collections.unmodifiableSortedMap(new TreeMap<>(byType));
    }

    /** All types' entities together: the usual headline figure. */
    public Counts micro() {
        return byType.values().stream().reduce(Counts.NONE, Counts::plus);
    }

    /** Mean F1 of the types, 0 to 1; 0 where no type occurs. */
    public double macroF1() {
        return byType.values().stream().mapToDouble(Counts::f1).average().orElse(0);
    }

    LanguageScores plus(LanguageScores other) {
        SortedMap<String, Counts> sum = new TreeMap<>(byType);
        for (Map.Entry<String, Counts> type : other.byType.entrySet()) {
            sum.merge(type.getKey(), type.getValue(), Counts::plus);
        }
        return new LanguageScores(sentences + other.sentences, sum);
    }
}
