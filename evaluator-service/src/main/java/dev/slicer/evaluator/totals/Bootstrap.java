package dev.slicer.evaluator.totals;

import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.metrics.Counts;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Confidence intervals by resampling (Efron and Tibshirani, An Introduction to the Bootstrap, entry 13: the percentile
 * interval). The documents are resampled, not the entities, since entities of a document are not independent.
 */
final class Bootstrap {
    /** Share of samples whose interval covers the true value. */
    static final double CONFIDENCE = 0.95;

    private static final int RESAMPLES = 1000;
    private static final long SEED = 42;
    private static final long LOW_BITS = 0xffff_ffffL;
    /** A document without any entity, gold or predicted. */
    private static final long NOTHING = packed(Counts.NONE);

    private Bootstrap() {}

    /**
     * The interval of the F1 of all documents. The same documents have the same interval, in whatever order they come.
     * Documents without any entity, gold or predicted, play no part, so that there is an F1 in each resample.
     *
     * @param documents how many documents there are of each {@link #packed} counts
     * @return empty where no document has an entity
     */
    static Optional<Interval> f1(SortedMap<Long, Long> documents) {
        long[] counts = documents.entrySet().stream()
                .filter(entry -> entry.getKey() != NOTHING)
                .flatMapToLong(entry -> LongStream.generate(entry::getKey).limit(entry.getValue()))
                .toArray();
        if (counts.length == 0) {
            return Optional.empty();
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] resampled = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            resampled[i] = f1OfResample(counts, random);
        }
        Arrays.sort(resampled);
        double tail = (1 - CONFIDENCE) / 2;
        return Optional.of(new Interval(quantile(resampled, tail), quantile(resampled, 1 - tail)));
    }

    private static double f1OfResample(long[] counts, SplittableRandom random) {
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[random.nextInt(counts.length)];
        }
        double twiceFound = 2.0 * (sum >>> Integer.SIZE);
        return twiceFound / (twiceFound + (sum & LOW_BITS));
    }

    /** Entities that were found in the upper half, mistakes in the lower: F1 needs no more, and one addition adds both. */
    static long packed(Counts document) {
        return packed(document.truePositives(), document.falsePositives() + document.falseNegatives());
    }

    static long packed(long found, long mistakes) {
        return found << Integer.SIZE | mistakes;
    }

    static long found(long packed) {
        return packed >>> Integer.SIZE;
    }

    static long mistakes(long packed) {
        return packed & LOW_BITS;
    }

    /** Between the two nearest values, as numpy and R have it by default. */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
