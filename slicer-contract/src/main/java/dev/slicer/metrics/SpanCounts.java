package dev.slicer.metrics;

import dev.slicer.labels.Span;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts a sentence's predicted entities against its gold ones: right is what has the same type, start and end. */
public final class SpanCounts {
    private static final Counts RIGHT = new Counts(1, 0, 0);
    private static final Counts SPURIOUS = new Counts(0, 1, 0);
    private static final Counts MISSED = new Counts(0, 0, 1);

    private SpanCounts() {}

    /**
     * @param gold none twice
     * @param predicted none twice
     * @return of each type in gold or prediction, in alphabetical order
     */
    public static SortedMap<String, Counts> byType(Collection<Span> gold, Collection<Span> predicted) {
        SortedMap<String, Counts> byType = new TreeMap<>();
        // Sentences have few entities: looking through them is quicker than hashing them.
        for (Span span : predicted) {
            byType.merge(span.type(), gold.contains(span) ? RIGHT : SPURIOUS, Counts::plus);
        }
        for (Span span : gold) {
            if (!predicted.contains(span)) {
                byType.merge(span.type(), MISSED, Counts::plus);
            }
        }
        return byType;
    }
}
