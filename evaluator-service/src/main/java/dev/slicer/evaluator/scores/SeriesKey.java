package dev.slicer.evaluator.scores;

import java.util.Comparator;

/** What counts are kept apart by, beside scoring and entity type. */
record SeriesKey(String benchmark, String modelId, String language) implements Comparable<SeriesKey> {
    private static final Comparator<SeriesKey> ORDER = Comparator.comparing(SeriesKey::benchmark)
            .thenComparing(SeriesKey::modelId)
            .thenComparing(SeriesKey::language);

    @Override
    public int compareTo(SeriesKey other) {
        return ORDER.compare(this, other);
    }
}
