package dev.slicer.metrics;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
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

    /**
     * A sentence under {@link Scoring#SUB_TOKEN}. Every gold sub-token carries its word's tag, {@code B-} copied too, so that
     * a word of three pieces tagged {@code B-PER} counts as three entities. A word without sub-token is not in that count.
     *
     * @param gold a tag per word
     * @param predicted for each word the tags predicted at its sub-tokens
     * @return of each type in gold or prediction, in alphabetical order
     * @throws IllegalArgumentException where the numbers of words differ
     */
    public static SortedMap<String, Counts> ofSubTokens(List<String> gold, List<List<String>> predicted) {
        requireAsMany(gold.size(), predicted.size());
        List<String> goldOfSubTokens = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (int word = 0; word < gold.size(); word++) {
            goldOfSubTokens.addAll(Collections.nCopies(predicted.get(word).size(), gold.get(word)));
            tags.addAll(predicted.get(word));
        }
        return byType(Spans.ofConlleval(goldOfSubTokens), Spans.ofConlleval(tags));
    }

    static void requireAsMany(int gold, int predicted) {
        if (gold != predicted) {
            throw new IllegalArgumentException(
                    "a sentence with " + gold + " gold tags and predictions for " + predicted + " words");
        }
    }
}
