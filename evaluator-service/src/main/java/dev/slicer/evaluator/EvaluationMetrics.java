package dev.slicer.evaluator;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Scoring;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.text.Languages;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;

/**
 * The counts as counters, and what follows from them as gauges. Counters start at zero with the service and come back
 * as the topics are read again; ratios over time are therefore best taken from the gauges.
 */
final class EvaluationMetrics implements ScoreBoard.Listener, Forwarder.Listener {
    private static final Logger LOG = Logger.getLogger(EvaluationMetrics.class);
    private static final String ALL_TYPES = "all";
    private static final String OTHER_LANGUAGE = "other";

    /** @param labels a series as its metrics are labelled, which several series may share */
    private record GaugeKey(SeriesKey labels, Scoring scoring, String type) {}

    private final MeterRegistry registry;
    private final Set<GaugeKey> gauges = new HashSet<>();
    private final Map<SeriesKey, Set<SeriesKey>> seriesByLabels = new ConcurrentHashMap<>();
    private final Map<ScoreBoard.BenchmarkLanguage, Set<ScoreBoard.BenchmarkLanguage>> coverageByLabels =
            new ConcurrentHashMap<>();
    private final Counter forwarded;
    private volatile ScoreBoard board = new ScoreBoard(List.of());

    EvaluationMetrics(MeterRegistry registry) {
        this.registry = registry;
        forwarded = Counter.builder("slicer.evaluation.forwarded.documents")
                .description("Labelled documents published to be tagged, by this instance")
                .register(registry);
        for (DeadLetterReason reason : DeadLetterReason.OF_LABELLED_DOCUMENTS) {
            refusedCounter(reason);
        }
        for (Unscored reason : Unscored.values()) {
            unscoredCounter(reason);
        }
    }

    /** The board that gauges are read from. */
    void observe(ScoreBoard observed) {
        board = observed;
    }

    @Override
    public void covered(ScoreBoard.BenchmarkLanguage of) {
        ScoreBoard.BenchmarkLanguage labels =
                new ScoreBoard.BenchmarkLanguage(of.benchmark(), languageLabel(of.language()));
        coverageByLabels
                .computeIfAbsent(labels, first -> {
                    Gauge.builder("slicer.evaluation.pending.documents", this, metrics -> metrics.pending(first))
                            .description("Labelled documents that no model has answered")
                            .tag("benchmark", first.benchmark())
                            .tag("language", first.language())
                            .register(registry);
                    return ConcurrentHashMap.newKeySet();
                })
                .add(of);
    }

    @Override
    public void scored(SeriesKey series, Map<Scoring, Map<String, Counts>> added) {
        SeriesKey labels = new SeriesKey(series.benchmark(), series.modelId(), languageLabel(series.language()));
        seriesByLabels
                .computeIfAbsent(labels, first -> ConcurrentHashMap.newKeySet())
                .add(series);
        Tags seriesTags =
                Tags.of("benchmark", labels.benchmark(), "language", labels.language(), "model", labels.modelId());
        Counter.builder("slicer.evaluation.documents")
                .description("Labelled documents that a model has answered")
                .tags(seriesTags)
                .register(registry)
                .increment();
        added.forEach((scoring, byType) -> {
            Tags tags = seriesTags.and("scoring", ScoringNames.of(scoring));
            gauges(new GaugeKey(labels, scoring, ALL_TYPES), tags.and("type", ALL_TYPES));
            byType.forEach((type, counts) -> {
                Tags typed = tags.and("type", type);
                entities(typed, "true_positive", counts.truePositives());
                entities(typed, "false_positive", counts.falsePositives());
                entities(typed, "false_negative", counts.falseNegatives());
                gauges(new GaugeKey(labels, scoring, type), typed);
            });
        });
    }

    @Override
    public void unscored(Unscored reason, String what) {
        LOG.warnf("Not scored: %s", what);
        unscoredCounter(reason).increment();
    }

    @Override
    public void forwarded(int documents) {
        forwarded.increment(documents);
    }

    @Override
    public void refused(DeadLetterReason reason) {
        refusedCounter(reason).increment();
    }

    private void entities(Tags tags, String outcome, long count) {
        Counter.builder("slicer.evaluation.entities")
                .description("Entities by outcome; of false negatives the gold ones, else the predicted ones")
                .tags(tags.and("outcome", outcome))
                .register(registry)
                .increment(count);
    }

    private void gauges(GaugeKey key, Tags tags) {
        if (gauges.add(key)) {
            gauge("slicer.evaluation.f1.ratio", "F1, 0 to 1", key, tags, Counts::f1);
            gauge("slicer.evaluation.precision.ratio", "Precision, 0 to 1", key, tags, Counts::precision);
            gauge("slicer.evaluation.recall.ratio", "Recall, 0 to 1", key, tags, Counts::recall);
        }
    }

    private void gauge(String name, String description, GaugeKey key, Tags tags, ToDoubleFunction<Counts> figure) {
        Gauge.builder(name, this, metrics -> figure.applyAsDouble(metrics.counts(key)))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private Counts counts(GaugeKey key) {
        return WordScoring.sum(seriesByLabels.get(key.labels()).stream()
                .map(board::series)
                .flatMap(Optional::stream)
                .map(series -> series.counts().get(key.scoring()))
                .map(byType -> key.type().equals(ALL_TYPES)
                        ? WordScoring.sum(byType.values())
                        : byType.getOrDefault(key.type(), Counts.NONE))
                .toList());
    }

    private int pending(ScoreBoard.BenchmarkLanguage labels) {
        return coverageByLabels.getOrDefault(labels, Set.of()).stream()
                .mapToInt(board::pendingOf)
                .sum();
    }

    /** Whoever sends labelled documents can make up languages, but not as many series of metrics. */
    private static String languageLabel(String language) {
        return Languages.code(language).orElse(OTHER_LANGUAGE);
    }

    private Counter refusedCounter(DeadLetterReason reason) {
        return Counter.builder("slicer.evaluation.refused.documents")
                .description("Labelled documents that went to the dead letters, by this instance")
                .tag("reason", reason.label())
                .register(registry);
    }

    private Counter unscoredCounter(Unscored reason) {
        return Counter.builder("slicer.evaluation.unscored.answers")
                .description("Answers that could not be scored")
                .tag("reason", reason.label())
                .register(registry);
    }
}
