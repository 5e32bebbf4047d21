package dev.slicer.evaluator.join;

import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.kafka.records.DeadLetterReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * What this instance joined and scored. Instances share the documents, so their counters and gauges add up; counters begin
 * at zero with the process, and count again what a failed transaction is repeated for. A document that is answered late is
 * counted twice, when it was given up and when its answer came, as counters take nothing back.
 */
public final class JoinMetrics {
    private static final Logger LOG = Logger.getLogger(JoinMetrics.class);

    private record BenchmarkLanguage(String benchmark, String language) {}

    /** A figure's labels; looked up for every document, so without Micrometer's own, slower, names. */
    private record Series(String benchmark, String language, String model, String scheme, String what) {}

    private record Entities(Counter truePositives, Counter falsePositives, Counter falseNegatives) {}

    private record Matches(Counter correct, Counter incorrect, Counter partial, Counter missed, Counter spurious) {}

    private final MeterRegistry registry;
    private final EvaluationLabels labels;
    private final ConcurrentMap<Series, Counter> documents = new ConcurrentHashMap<>();
    private final ConcurrentMap<Series, Entities> entities = new ConcurrentHashMap<>();
    private final ConcurrentMap<Series, Matches> matches = new ConcurrentHashMap<>();
    private final Counter forwarded;
    private final Counter late;
    private final ConcurrentMap<BenchmarkLanguage, AtomicInteger> pending = new ConcurrentHashMap<>();

    public JoinMetrics(MeterRegistry registry, EvaluationLabels labels) {
        this.registry = registry;
        this.labels = labels;
        forwarded = Counter.builder("slicer.evaluation.forwarded.documents")
                .description("Labelled documents published to be tagged")
                .register(registry);
        late = Counter.builder("slicer.evaluation.late.answers")
                .description("Answers that came after their document had counted as missed, and count in its place")
                .register(registry);
        for (DeadLetterReason reason : DeadLetterReason.OF_LABELLED_DOCUMENTS) {
            refusedCounter(reason);
        }
        for (UnscoredReason reason : UnscoredReason.values()) {
            unscoredCounter(reason);
        }
    }

    void forwarded() {
        forwarded.increment();
    }

    void late() {
        late.increment();
    }

    void refused(DeadLetterReason reason) {
        refusedCounter(reason).increment();
    }

    void unscored(UnscoredReason reason, String what) {
        LOG.warnf("Not scored: %s", what);
        unscoredCounter(reason).increment();
    }

    /** @param change of the number of documents that wait for an answer */
    void pending(String benchmark, String language, int change) {
        String benchmarkLabel = labels.benchmark(benchmark);
        pending.computeIfAbsent(
                        new BenchmarkLanguage(benchmarkLabel, labels.languageOf(benchmarkLabel, language)), both -> {
                            AtomicInteger documents = new AtomicInteger();
                            Gauge.builder("slicer.evaluation.pending.documents", documents, AtomicInteger::get)
                                    .description("Labelled documents that wait for an answer")
                                    .tag("benchmark", both.benchmark())
                                    .tag("language", both.language())
                                    .register(registry);
                            return documents;
                        })
                .addAndGet(change);
    }

    void scored(DocumentScored score) {
        String benchmark = labels.benchmark(score.benchmark());
        String language = labels.languageOf(benchmark, score.language());
        String model = labels.model(score.modelId());
        documents
                .computeIfAbsent(
                        new Series(
                                benchmark, language, model, "", score.outcome().name()),
                        this::documentCounter)
                .increment();
        for (ScoringCounts scoring : score.counts()) {
            scoring.byType().forEach((type, counts) -> {
                Entities counters = entities.computeIfAbsent(
                        new Series(benchmark, language, model, scoring.scoring(), labels.typeOf(benchmark, type)),
                        this::entityCounters);
                counters.truePositives().increment(counts.truePositives());
                counters.falsePositives().increment(counts.falsePositives());
                counters.falseNegatives().increment(counts.falseNegatives());
            });
        }
        score.matches().forEach((schema, counts) -> {
            Matches counters =
                    matches.computeIfAbsent(new Series(benchmark, language, model, schema, ""), this::matchCounters);
            counters.correct().increment(counts.correct());
            counters.incorrect().increment(counts.incorrect());
            counters.partial().increment(counts.partial());
            counters.missed().increment(counts.missed());
            counters.spurious().increment(counts.spurious());
        });
    }

    private static Tags tags(Series series) {
        return Tags.of("benchmark", series.benchmark(), "language", series.language(), "model", series.model());
    }

    private Counter documentCounter(Series series) {
        return Counter.builder("slicer.evaluation.documents")
                .description("Labelled documents by whether they were answered in time")
                .tags(tags(series).and("outcome", series.what().toLowerCase(Locale.ROOT)))
                .register(registry);
    }

    private Entities entityCounters(Series series) {
        Tags tags = tags(series).and("scoring", series.scheme(), "type", series.what());
        return new Entities(
                entityCounter(tags, "true_positive"),
                entityCounter(tags, "false_positive"),
                entityCounter(tags, "false_negative"));
    }

    private Counter entityCounter(Tags tags, String outcome) {
        return Counter.builder("slicer.evaluation.entities")
                .description("Entities by outcome; of false negatives the gold ones, else the predicted ones")
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Matches matchCounters(Series series) {
        Tags tags = tags(series).and("schema", series.scheme());
        return new Matches(
                matchCounter(tags, "correct"),
                matchCounter(tags, "incorrect"),
                matchCounter(tags, "partial"),
                matchCounter(tags, "missed"),
                matchCounter(tags, "spurious"));
    }

    private Counter matchCounter(Tags tags, String outcome) {
        return Counter.builder("slicer.evaluation.matches")
                .description("Entities by how they match, as nervaluate counts them")
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Counter refusedCounter(DeadLetterReason reason) {
        return Counter.builder("slicer.evaluation.refused.documents")
                .description("Labelled documents that went to the dead letters")
                .tag("reason", reason.label())
                .register(registry);
    }

    private Counter unscoredCounter(UnscoredReason reason) {
        return Counter.builder("slicer.evaluation.unscored.answers")
                .description("Answers that could not be scored")
                .tag("reason", reason.label())
                .register(registry);
    }
}
