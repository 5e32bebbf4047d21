package dev.slicer.evaluator.totals;

import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.metrics.Counts;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.SplittableRandom;

/** Percentile intervals drawn from a list of all documents. */
final class NaiveBootstrap {
    /** Share of samples whose interval covers the true value. */
    static final double CONFIDENCE = 0.95;

    private static final int RESAMPLES = 1000;
    private static final long SEED = 42;
    private static final long LOW_BITS = 0xffff_ffffL;

    private NaiveBootstrap() {}

    /**
     * The interval of the F1 of all documents. The same documents have the same interval, in whatever order they come.
     * Documents without any entity, gold or predicted, play no part, so that there is an F1 in each resample.
     *
     * @param documents counts of each document
     * @return empty where no document has an entity
     */
    static Optional<Interval> f1(Collection<Counts> documents) {
        long[] counts = documents.stream()
                .filter(document -> !document.equals(Counts.NONE))
                .mapToLong(NaiveBootstrap::packed)
                .sorted()
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
    private static long packed(Counts document) {
        return document.truePositives() << Integer.SIZE | document.falsePositives() + document.falseNegatives();
    }

    /** Between the two nearest values, as numpy and R have it by default. */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
