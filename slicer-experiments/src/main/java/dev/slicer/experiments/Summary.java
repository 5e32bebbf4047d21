package dev.slicer.experiments;

import java.util.Collection;
import java.util.OptionalDouble;

/**
 * Several runs' figures as one; F1 or differences of F1, as ratios.
 *
 * @param deviation sample standard deviation (n - 1); absent where there was one run
 * @param runs at least 1
 */
record Summary(double mean, OptionalDouble deviation, int runs) {
    static Summary of(Collection<Double> figures) {
        double mean =
                figures.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = figures.stream()
                .mapToDouble(figure -> (figure - mean) * (figure - mean))
                .sum();
        int runs = figures.size();
        return new Summary(
                mean, runs < 2 ? OptionalDouble.empty() : OptionalDouble.of(Math.sqrt(squares / (runs - 1))), runs);
    }

    /** The difference to another mean, with the deviation that the difference of two such runs has. */
    Summary minus(Summary other) {
        OptionalDouble both = deviation.isPresent() && other.deviation.isPresent()
                ? OptionalDouble.of(Math.hypot(deviation.getAsDouble(), other.deviation.getAsDouble()))
                : OptionalDouble.empty();
        return new Summary(mean - other.mean, both, Math.min(runs, other.runs));
    }
}
