package dev.slicer.evaluator.totals;

import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.events.ScoreTotals.ScoringTotals;
import dev.slicer.metrics.Counts;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * One scoring's counts of many documents. Whatever senders write it stays small: types that come when there are enough are
 * counted as one, and so are documents whose counts are like no others when there are enough of those. What is taken out is
 * taken from where it was put: once there are enough, none that has a place of its own loses it.
 */
final class Tally {
    /** Documents of a language have some dozens of different counts; this is 40 KB at most. */
    static final int MOST_DIFFERENT = 4096;

    private final SortedMap<String, Counts> byType;
    /** How many documents have these counts, found and mistaken, all types together. */
    private final SortedMap<Long, Long> documents = new TreeMap<>();

    private boolean typesAreEnough;
    private boolean differentAreEnough;
    /** Of the documents that came when there were enough different ones. */
    private long otherDocuments;

    private long otherFound;
    private long otherMistakes;

    Tally() {
        this(new TreeMap<>());
    }

    private Tally(SortedMap<String, Counts> byType) {
        this.byType = byType;
    }

    void add(SortedMap<String, Counts> document) {
        document.forEach((type, counts) -> byType.merge(placeOf(type), counts, Counts::plus));
        typesAreEnough |= byType.size() >= Contribution.MOST_TYPES;
        count(document, 1);
        differentAreEnough |= documents.size() >= MOST_DIFFERENT;
    }

    void remove(SortedMap<String, Counts> document) {
        document.forEach((type, counts) -> byType.computeIfPresent(placeOf(type), (place, before) -> {
            Counts left = before.minus(counts);
            return left.equals(Counts.NONE) && !typesAreEnough ? null : left;
        }));
        count(document, -1);
    }

    private String placeOf(String type) {
        return typesAreEnough && !byType.containsKey(type) ? Contribution.OTHER : type;
    }

    private void count(SortedMap<String, Counts> document, int change) {
        Counts counts = sum(document);
        long packed = Bootstrap.packed(counts);
        if (differentAreEnough && !documents.containsKey(packed)) {
            otherDocuments += change;
            otherFound += change * Bootstrap.found(packed);
            otherMistakes += change * Bootstrap.mistakes(packed);
        } else {
            BiFunction<Long, Long, Long> sum =
                    (before, one) -> before + one == 0 && !differentAreEnough ? null : before + one;
            documents.merge(packed, (long) change, sum);
        }
    }

    boolean isEmpty() {
        return documents() == 0;
    }

    long documents() {
        return documents.values().stream().mapToLong(Long::longValue).sum() + otherDocuments;
    }

    ScoringTotals totals(String scoring) {
        SortedMap<String, Counts> counted = new TreeMap<>(byType);
        counted.values().removeIf(Counts.NONE::equals);
        return new ScoringTotals(scoring, counted, interval());
    }

    /** Documents without a place of their own are resampled as what they have in the mean. */
    private Optional<Interval> interval() {
        if (otherDocuments == 0) {
            return Bootstrap.f1(documents);
        }
        SortedMap<Long, Long> all = new TreeMap<>(documents);
        all.merge(
                Bootstrap.packed(
                        Math.round((double) otherFound / otherDocuments),
                        Math.round((double) otherMistakes / otherDocuments)),
                otherDocuments,
                Long::sum);
        return Bootstrap.f1(all);
    }

    private static Counts sum(SortedMap<String, Counts> byType) {
        return byType.values().stream().reduce(Counts.NONE, Counts::plus);
    }

    void write(Packer packer) {
        Contribution.write(byType, packer);
        packer.flag(typesAreEnough)
                .flag(differentAreEnough)
                .number(otherDocuments)
                .number(otherFound)
                .number(otherMistakes)
                .number(documents.size());
        documents.forEach((packed, times) -> packer.number(Bootstrap.found(packed))
                .number(Bootstrap.mistakes(packed))
                .number(times));
    }

    static Tally read(Unpacker packed) {
        Tally tally = new Tally(Contribution.readCounts(packed));
        tally.typesAreEnough = packed.flag();
        tally.differentAreEnough = packed.flag();
        tally.otherDocuments = packed.number();
        tally.otherFound = packed.number();
        tally.otherMistakes = packed.number();
        for (int left = packed.size(); left > 0; left--) {
            tally.documents.put(Bootstrap.packed(packed.number(), packed.number()), packed.number());
        }
        return tally;
    }
}
