package dev.slicer.evaluator.scores;

import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.ScoreTotals;
import dev.slicer.metrics.Counts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * F1, precision and recall of what the board holds, the same in every instance, of the models that matter: the report has
 * all. Types are told apart by benchmark, not by language too, which would be a gauge for each pair of them.
 */
public final class ScoreGauges {
    private static final String ALL = "all";

    private record Figure(String benchmark, String model, String language, String scoring, String type) {
        Tags tags() {
            return Tags.of(
                    "benchmark", benchmark, "language", language, "model", model, "scoring", scoring, "type", type);
        }
    }

    /** What a figure's three gauges read: while the same figures are shown, none of them is registered anew. */
    private static final class Shown {
        private volatile Counts counts = Counts.NONE;
    }

    private final ScoreBoard board;
    private final Supplier<Set<String>> always;
    private final int latest;
    private final EvaluationLabels labels;
    private final MultiGauge f1;
    private final MultiGauge precision;
    private final MultiGauge recall;
    private final MultiGauge lastAnswer;
    private Map<Figure, Shown> figures = Map.of();
    private long shownChanges = -1;
    private Set<String> shownAlways = Set.of();

    /**
     * @param always models that are shown whenever they have scores: the promoted one, and the candidate
     * @param latest how many others are shown, those that answered last
     */
    public ScoreGauges(
            MeterRegistry registry,
            ScoreBoard board,
            Supplier<Set<String>> always,
            int latest,
            EvaluationLabels labels) {
        this.board = board;
        this.always = always;
        this.latest = latest;
        this.labels = labels;
        f1 = gauge("slicer.evaluation.f1.ratio", "F1, 0 to 1", registry);
        precision = gauge("slicer.evaluation.precision.ratio", "Precision, 0 to 1", registry);
        recall = gauge("slicer.evaluation.recall.ratio", "Recall, 0 to 1", registry);
        lastAnswer = MultiGauge.builder("slicer.evaluation.last.answer")
                .description("When a labelled document was last answered, in Unix time; 0 before the first")
                .baseUnit("seconds")
                .register(registry);
    }

    private static MultiGauge gauge(String name, String description, MeterRegistry registry) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /** Takes over what the board holds; a scrape reads what this has made of it. */
    public void refresh() {
        long changes = board.changes();
        Set<String> wanted = always.get();
        if (changes == shownChanges && wanted.equals(shownAlways)) {
            return;
        }
        List<ScoreTotals> all = board.all().toList();
        Set<String> shown = shown(all, wanted);
        Map<Figure, Counts> sums = new HashMap<>();
        Map<String, Instant> answered = new HashMap<>();
        for (ScoreTotals totals : all) {
            String benchmark = labels.benchmark(totals.benchmark());
            answered.merge(
                    benchmark,
                    totals.lastAnswer().orElse(Instant.EPOCH),
                    (one, other) -> one.isAfter(other) ? one : other);
            if (shown.contains(totals.modelId())) {
                add(totals, benchmark, sums);
            }
        }
        show(sums);
        lastAnswer.register(
                answered.entrySet().stream()
                        .map(entry -> Row.of(Tags.of("benchmark", entry.getKey()), (Number)
                                entry.getValue().getEpochSecond()))
                        .collect(Collectors.toList()),
                true);
        shownChanges = changes;
        shownAlways = wanted;
    }

    private void show(Map<Figure, Counts> sums) {
        Map<Figure, Shown> before = figures;
        Map<Figure, Shown> now = new HashMap<>();
        sums.forEach((figure, counts) -> {
            Shown shown = Optional.ofNullable(before.get(figure)).orElseGet(Shown::new);
            shown.counts = counts;
            now.put(figure, shown);
        });
        figures = now;
        if (!now.keySet().equals(before.keySet())) {
            register(f1, Counts::f1);
            register(precision, Counts::precision);
            register(recall, Counts::recall);
        }
    }

    private void register(MultiGauge gauge, ToDoubleFunction<Counts> value) {
        gauge.register(figures.entrySet().stream()
                .map(entry -> Row.of(
                        entry.getKey().tags(), entry.getValue(), (Shown shown) -> value.applyAsDouble(shown.counts)))
                .collect(Collectors.toList()));
    }

    private Set<String> shown(List<ScoreTotals> all, Set<String> wanted) {
        Map<String, Instant> answered = new HashMap<>();
        all.forEach(totals -> answered.merge(
                totals.modelId(),
                totals.lastAnswer().orElse(Instant.EPOCH),
                (one, other) -> one.isAfter(other) ? one : other));
        Set<String> shown = new HashSet<>(wanted);
        shown.add(DocumentScored.NO_MODEL);
        answered.keySet().removeAll(shown);
        answered.entrySet().stream()
                .sorted(Map.Entry.<String, Instant>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
                .limit(latest)
                .forEach(entry -> shown.add(entry.getKey()));
        return shown;
    }

    private void add(ScoreTotals totals, String benchmark, Map<Figure, Counts> sums) {
        String model = totals.modelId();
        String language = labels.languageOf(benchmark, totals.language());
        totals.scorings().forEach(scored -> {
            sums.merge(new Figure(benchmark, model, language, scored.scoring(), ALL), scored.overall(), Counts::plus);
            scored.byType()
                    .forEach((type, counts) -> sums.merge(
                            new Figure(benchmark, model, ALL, scored.scoring(), labels.typeOf(benchmark, type)),
                            counts,
                            Counts::plus));
        });
    }
}
