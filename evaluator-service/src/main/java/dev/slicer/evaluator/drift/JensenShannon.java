package dev.slicer.evaluator.drift;

import java.util.Arrays;

/**
 * How far two histograms are apart (Lin, Divergence Measures Based on the Shannon Entropy, 1991; that the square root is a
 * metric: Endres and Schindelin, 2003). Only shares count, not how many observations a histogram has.
 */
final class JensenShannon {
    private static final double LN_2 = Math.log(2);

    private JensenShannon() {}

    /**
     * The Jensen-Shannon distance, from 0 (the same shares) to 1 (no bin in common): the square root of the divergence to
     * base 2.
     *
     * @param one observations in each bin, at least one in all
     * @param other of the same bins
     * @throws IllegalArgumentException where the bins differ in number, a count is negative or a histogram is empty
     */
    public static double distance(long[] one, long[] other) {
        if (one.length != other.length) {
            throw new IllegalArgumentException(
                    "histograms need the same bins, got " + one.length + " and " + other.length);
        }
        double all = total(one);
        double allOther = total(other);
        double divergence = 0;
        for (int i = 0; i < one.length; i++) {
            double p = one[i] / all;
            double q = other[i] / allOther;
            double mean = (p + q) / 2;
            divergence += relativeEntropy(p, mean) / 2 + relativeEntropy(q, mean) / 2;
        }
        // Rounding can leave a little less than nothing, or more than all.
        return Math.sqrt(Math.min(1, Math.max(0, divergence)));
    }

    /** A bin's part of the Kullback-Leibler divergence, in bits. */
    private static double relativeEntropy(double p, double mean) {
        return p == 0 ? 0 : p * Math.log(p / mean) / LN_2;
    }

    private static double total(long[] counts) {
        if (Arrays.stream(counts).anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("counts can't be negative: " + Arrays.toString(counts));
        }
        double total = Arrays.stream(counts).asDoubleStream().sum();
        if (total == 0) {
            throw new IllegalArgumentException("a histogram without observations is no distribution");
        }
        return total;
    }
}
