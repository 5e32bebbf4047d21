package dev.slicer.benchmarks.measuring;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.json.Json;
import java.util.Arrays;
import java.util.Locale;

/**
 * One metric of one subject over its runs; as JSON a line of a benchmark's output.
 *
 * @param name the benchmark's
 * @param n measured runs
 */
public record Figure(
        String name, String subject, String metric, String unit, double median, double min, double max, int n) {

    public static Figure of(String name, String subject, String metric, String unit, double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Figure(
                name,
                subject,
                metric,
                unit,
                rounded(median),
                rounded(sorted[0]),
                rounded(sorted[sorted.length - 1]),
                sorted.length);
    }

    /** One line on standard output. */
    public void print() {
        try {
            System.out.println(Json.mapper().writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Four significant digits: no machine repeats itself to the fifth. */
    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
    }
}
