package dev.slicer.benchmarks.measuring;

import java.util.List;

/**
 * How much more there is in the end than soon after the start: of an hour the last ten minutes against minutes 5 to 15, of any
 * other time the same shares.
 *
 * @param early mean over the second twelfth to the end of the first quarter
 * @param late mean over the last sixth
 */
public record Growth(double early, double late) {

    /** @param samples evenly over the time, 12 at least */
    public static Growth of(List<Double> samples) {
        int n = samples.size();
        if (n < 12) {
            throw new IllegalArgumentException("a growth needs 12 samples at least, got " + n);
        }
        return new Growth(mean(samples.subList(n / 12, n / 4)), mean(samples.subList(n - n / 6, n)));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** 0.1 for 10% more. */
    public double share() {
        return late / early - 1;
    }
}
