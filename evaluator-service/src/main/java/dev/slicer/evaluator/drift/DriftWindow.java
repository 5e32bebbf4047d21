package dev.slicer.evaluator.drift;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.text.Entity;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What documents of some minutes were like, in histograms that can be added up.
 *
 * @param documents how many there were
 * @param entities documents by how many entities were found: 0, 1, 2, 3, 4 to 5, 6 to 9, 10 and more
 * @param scores entities by their score, in ten equal steps
 * @param unknown documents by the share of sub-tokens that the vocabulary lacks: none, up to 1%, 5%, 20%, and more
 * @param types entities by type
 */
record DriftWindow(long[] documents, long[] entities, long[] scores, long[] unknown, SortedMap<String, Long> types) {
    private static final int[] ENTITIES_UP_TO = {0, 1, 2, 3, 5, 9};
    private static final double[] UNKNOWN_UP_TO = {0, 0.01, 0.05, 0.2};
    private static final int SCORES = 10;

    /** @throws IllegalArgumentException where the histograms have other steps, as those of another version */
    DriftWindow {
        requireSteps("documents", documents, 1);
        requireSteps("entities", entities, ENTITIES_UP_TO.length + 1);
        requireSteps("scores", scores, SCORES);
        requireSteps("unknown", unknown, UNKNOWN_UP_TO.length + 1);
        if (types == null || types.containsValue(null)) {
            throw new IllegalArgumentException("types need a count each");
        }
    }

    private static void requireSteps(String histogram, long[] counts, int steps) {
        if (counts == null || counts.length != steps) {
            throw new IllegalArgumentException(histogram + " must have " + steps + " steps");
        }
    }

    static DriftWindow empty() {
        return new DriftWindow(
                new long[1],
                new long[ENTITIES_UP_TO.length + 1],
                new long[SCORES],
                new long[UNKNOWN_UP_TO.length + 1],
                new TreeMap<>());
    }

    long count() {
        return documents[0];
    }

    void add(EntitiesEvent event) {
        documents[0]++;
        entities[bin(event.entities().size())]++;
        for (Entity entity : event.entities()) {
            scores[Math.max(0, Math.min(SCORES - 1, (int) (entity.score() * SCORES)))]++;
            types.merge(entity.type(), 1L, Long::sum);
        }
        event.subTokens()
                .filter(count -> count.all() > 0)
                .ifPresent(count -> unknown[bin((double) count.unknown() / count.all())]++);
    }

    void add(DriftWindow other) {
        add(documents, other.documents);
        add(entities, other.entities);
        add(scores, other.scores);
        add(unknown, other.unknown);
        other.types.forEach((type, count) -> types.merge(type, count, Long::sum));
    }

    private static void add(long[] to, long[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }

    private static int bin(int count) {
        int bin = 0;
        while (bin < ENTITIES_UP_TO.length && count > ENTITIES_UP_TO[bin]) {
            bin++;
        }
        return bin;
    }

    private static int bin(double share) {
        int bin = 0;
        while (bin < UNKNOWN_UP_TO.length && share > UNKNOWN_UP_TO[bin]) {
            bin++;
        }
        return bin;
    }
}
