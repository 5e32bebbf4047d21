package dev.slicer.evaluator.promotion;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.Promoted;
import dev.slicer.promotion.Promotions;
import dev.slicer.service.metrics.BoundedLabels;
import dev.slicer.service.metrics.LanguageLabels;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where checkpoints stand, the same in every instance. Only the promoted one, those on trial and the newest have gauges of
 * their own; REST has all. They follow the ledger every few seconds, where it has changed.
 */
public final class PromotionMetrics implements AutoCloseable {
    private static final Duration REFRESH = Duration.ofSeconds(5);

    private static final List<String> STATES =
            List.of("candidate", "on_trial", "set_aside", "promoted", "superseded", "refused", "rolled_back");

    private final MeterRegistry registry;
    private final CheckpointLedger ledger;
    private final LanguageLabels languages;
    private final BoundedLabels benchmarks;
    private final int newest;
    private final MultiGauge byState;
    private final MultiGauge checkpoints;
    private final MultiGauge differences;
    private final Map<Kind, Counter> decisions = new EnumMap<>(Kind.class);
    private final Map<Kind, Integer> counted = new EnumMap<>(Kind.class);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "promotion-metrics");
        thread.setDaemon(true);
        return thread;
    });
    private long shown = -1;

    /** @param newest number of the newest checkpoints that have gauges of their own */
    public PromotionMetrics(
            MeterRegistry registry,
            CheckpointLedger ledger,
            LanguageLabels languages,
            BoundedLabels benchmarks,
            int newest) {
        this.registry = registry;
        this.ledger = ledger;
        this.languages = languages;
        this.benchmarks = benchmarks;
        this.newest = newest;
        byState = MultiGauge.builder("slicer.checkpoints")
                .description("Checkpoints by where they stand")
                .register(registry);
        checkpoints = MultiGauge.builder("slicer.checkpoint")
                .description(
                        "1 for the promoted checkpoint, those on trial and the newest, with where each stands and how it "
                                + "was trained")
                .register(registry);
        differences = MultiGauge.builder("slicer.promotion.difference.ratio")
                .description("F1 of the candidate minus that of the current checkpoint, in the last comparison")
                .register(registry);
        for (Kind kind : List.of(Kind.PROMOTED, Kind.REFUSED, Kind.ROLLED_BACK)) {
            decisions.put(
                    kind,
                    Counter.builder("slicer.promotion.decisions")
                            .description("Decisions about checkpoints, by evaluators and people, since the topic began")
                            .tag("outcome", HistoryEntry.label(kind))
                            .register(registry));
        }
        refresh();
    }

    /** Has the alert of a stream that is held up fire where nothing can be decided. */
    public void watch(PromotionLoop loop) {
        Gauge.builder(
                        "slicer.stream.held.up",
                        loop,
                        deciding -> deciding.problem().isPresent() ? 1 : 0)
                .description("1 while records of the stream, or what it writes, are not read; health says why")
                .tag("stream", "promotion")
                .register(registry);
    }

    /** Follows the ledger from now on. */
    public void start() {
        timer.scheduleWithFixedDelay(this::refresh, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Takes over what the ledger has read. */
    void refresh() {
        long now = ledger.changes();
        if (now == shown) {
            return;
        }
        shown = now;
        decisions.forEach((kind, counter) -> {
            int decided = ledger.decisions(kind);
            counter.increment(
                    decided - Optional.ofNullable(counted.put(kind, decided)).orElse(0));
        });
        Promotions promotions = ledger.promotions();
        List<CheckpointState> states = promotions.states();
        Map<String, Integer> counts = new TreeMap<>();
        states.forEach(state -> counts.merge(state.label(), 1, Integer::sum));
        byState.register(
                STATES.stream()
                        .map(state -> Row.of(Tags.of("state", state), counts.getOrDefault(state, 0)))
                        .toList(),
                true);
        int first = Math.max(0, states.size() - newest);
        checkpoints.register(
                Stream.concat(
                                states.subList(0, first).stream()
                                        .filter(state -> state instanceof Promoted || state instanceof OnTrial),
                                states.subList(first, states.size()).stream())
                        .map(state -> checkpoint(promotions, state))
                        .toList(),
                true);
        differences.register(ledger.lastComparison().map(this::differences).orElse(List.of()), true);
    }

    private static Row<Number> checkpoint(Promotions promotions, CheckpointState state) {
        Optional<CheckpointPublished> published = promotions.announcement(state.checkpointId());
        String h = published
                .filter(known -> known.h().isPresent())
                .map(known -> String.valueOf(known.h().getAsInt()))
                .orElse("none");
        String method = published
                .map(known -> known.h().isPresent() ? "slicer" : "standard")
                .orElse("unknown");
        return Row.of(
                Tags.of("model", state.checkpointId(), "state", state.label(), "method", method, "h", h), (Number) 1);
    }

    /** Of rows that share their labels the worst. */
    private List<Row<?>> differences(CheckpointEvent decision) {
        Map<Tags, Double> worst = new LinkedHashMap<>();
        for (Comparison.Row row : decision.comparison().orElseThrow().rows()) {
            worst.merge(
                    Tags.of(
                            "benchmark", benchmarks.of(row.benchmark()),
                            "language", languages.of(row.language()),
                            "candidate", decision.checkpointId(),
                            "current", decision.current().orElse("none")),
                    row.candidateF1() - row.currentF1(),
                    Math::min);
        }
        List<Row<?>> rows = new ArrayList<>();
        worst.forEach((labels, difference) -> rows.add(Row.of(labels, difference)));
        return rows;
    }
}
