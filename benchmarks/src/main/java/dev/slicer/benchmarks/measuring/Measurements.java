package dev.slicer.benchmarks.measuring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the runs of one benchmark gave, until each metric of each subject becomes one line. */
public final class Measurements {
    private final String benchmark;
    private final Map<String, Map<Metric, List<Double>>> subjects = new LinkedHashMap<>();

    private record Metric(String name, String unit) {}

    public Measurements(String benchmark) {
        this.benchmark = benchmark;
    }

    /** Adds one run's value; a run that has none for this metric adds nothing. */
    public void add(String subject, String metric, String unit, double... values) {
        for (double value : values) {
            subjects.computeIfAbsent(subject, any -> new LinkedHashMap<>())
                    .computeIfAbsent(new Metric(metric, unit), any -> new ArrayList<>())
                    .add(value);
        }
    }

    /** Subject by subject, metrics in the order they came. */
    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        subjects.forEach((subject, metrics) -> metrics.forEach((metric, values) -> figures.add(Figure.of(
                benchmark,
                subject,
                metric.name(),
                metric.unit(),
                values.stream().mapToDouble(Double::doubleValue).toArray()))));
        return figures;
    }

    public void print() {
        figures().forEach(Figure::print);
    }
}
