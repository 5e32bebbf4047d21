package dev.slicer.evaluator.scores;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.metrics.Counts;
import dev.slicer.service.metrics.LanguageLabels;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * F1, precision and recall of all that the board holds, the same in every instance. Only the models that were scored
 * last have gauges; the report has all.
 */
public final class ScoreGauges {
    private static final int MODELS = 8;
    private static final String ALL_TYPES = "all";

    /** @param labels a series as its metrics are labelled, which the series of several languages may share */
    private record Figure(SeriesKey labels, String scoring, String type) {}

    private final MeterRegistry registry;
    private final ScoreBoard board;
    private final LanguageLabels languages;
    /** Scored last at the end. */
    private final Deque<String> models = new ArrayDeque<>();

    private final Map<String, List<Meter>> metersByModel = new HashMap<>();
    private final Map<String, Set<Figure>> figuresByModel = new HashMap<>();
    private final Map<SeriesKey, Set<SeriesKey>> seriesByLabels = new ConcurrentHashMap<>();
    private final Set<String> benchmarks = new HashSet<>();

    public ScoreGauges(MeterRegistry registry, ScoreBoard board, LanguageLabels languages) {
        this.registry = registry;
        this.board = board;
        this.languages = languages;
    }

    /** Has the gauges that a score needs; the board has it already. Called by one thread. */
    public void show(DocumentScored score) {
        latest(score.modelId());
        SeriesKey series = new SeriesKey(score.benchmark(), score.modelId(), score.language());
        SeriesKey labels = new SeriesKey(series.benchmark(), series.modelId(), languages.of(series.language()));
        seriesByLabels
                .computeIfAbsent(labels, first -> ConcurrentHashMap.newKeySet())
                .add(series);
        for (ScoringCounts counts : score.counts()) {
            gauges(new Figure(labels, counts.scoring(), ALL_TYPES));
            counts.byType().keySet().forEach(type -> gauges(new Figure(labels, counts.scoring(), type)));
        }
        if (benchmarks.add(score.benchmark())) {
            Gauge.builder("slicer.evaluation.last.answer", this, gauges -> gauges.lastAnswer(score.benchmark()))
                    .description("When a labelled document was last answered, in Unix time; 0 before the first")
                    .baseUnit("seconds")
                    .tag("benchmark", score.benchmark())
                    .register(registry);
        }
    }

    private void latest(String model) {
        if (!model.equals(models.peekLast())) {
            models.remove(model);
            models.addLast(model);
            if (models.size() > MODELS) {
                forget(models.removeFirst());
            }
        }
    }

    private void forget(String model) {
        metersByModel.getOrDefault(model, List.of()).forEach(registry::remove);
        metersByModel.remove(model);
        figuresByModel.remove(model);
        seriesByLabels.keySet().removeIf(labels -> labels.modelId().equals(model));
    }

    private void gauges(Figure figure) {
        String model = figure.labels().modelId();
        if (figuresByModel.computeIfAbsent(model, first -> new HashSet<>()).add(figure)) {
            List<Meter> meters = metersByModel.computeIfAbsent(model, first -> new ArrayList<>());
            meters.add(gauge("slicer.evaluation.f1.ratio", "F1, 0 to 1", figure, Counts::f1));
            meters.add(gauge("slicer.evaluation.precision.ratio", "Precision, 0 to 1", figure, Counts::precision));
            meters.add(gauge("slicer.evaluation.recall.ratio", "Recall, 0 to 1", figure, Counts::recall));
        }
    }

    private Gauge gauge(String name, String description, Figure figure, ToDoubleFunction<Counts> value) {
        return Gauge.builder(name, this, gauges -> gauges.value(figure, value))
                .description(description)
                .tags(Tags.of(
                        "benchmark", figure.labels().benchmark(),
                        "language", figure.labels().language(),
                        "model", figure.labels().modelId(),
                        "scoring", figure.scoring(),
                        "type", figure.type()))
                .register(registry);
    }

    /** Not a number where its documents count no more, or were answered by another model after all. */
    private double value(Figure figure, ToDoubleFunction<Counts> value) {
        Optional<String> type = Optional.of(figure.type()).filter(one -> !one.equals(ALL_TYPES));
        return seriesByLabels.getOrDefault(figure.labels(), Set.of()).stream()
                .flatMap(series -> board.counts(series, figure.scoring(), type).stream())
                .reduce(Counts::plus)
                .map(value::applyAsDouble)
                .orElse(Double.NaN);
    }

    private double lastAnswer(String benchmark) {
        return board.lastAnswer(benchmark).map(Instant::getEpochSecond).orElse(0L);
    }
}
