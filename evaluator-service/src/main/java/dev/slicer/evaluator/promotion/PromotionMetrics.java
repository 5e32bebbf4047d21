package dev.slicer.evaluator.promotion;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.CheckpointState.Promoted;
import dev.slicer.service.LanguageLabels;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where checkpoints stand, the same in every instance. */
public final class PromotionMetrics {
    /** REST has the history of the others. */
    private static final int CHECKPOINTS = 20;

    private static final List<String> STATES =
            List.of("candidate", "on_trial", "set_aside", "promoted", "superseded", "refused", "rolled_back");

    private final MeterRegistry registry;
    private final CheckpointLedger ledger;
    private final LanguageLabels languages;
    private final MultiGauge byState;
    private final MultiGauge checkpoints;
    private final MultiGauge differences;
    private final Map<Kind, Counter> decisions = new EnumMap<>(Kind.class);
    private final Map<Kind, Integer> counted = new EnumMap<>(Kind.class);

    public PromotionMetrics(MeterRegistry registry, CheckpointLedger ledger, LanguageLabels languages) {
        this.registry = registry;
        this.ledger = ledger;
        this.languages = languages;
        byState = MultiGauge.builder("slicer.checkpoints")
                .description("Checkpoints by where they stand")
                .register(registry);
        checkpoints = MultiGauge.builder("slicer.checkpoint")
                .description(
                        "1 for the promoted and the newest checkpoints, with where each stands and how it was trained")
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

    /** Takes over what the ledger has read. */
    public void refresh() {
        decisions.forEach((kind, counter) -> {
            int now = ledger.decisions(kind);
            counter.increment(now - Optional.ofNullable(counted.put(kind, now)).orElse(0));
        });
        List<CheckpointState> states = ledger.promotions().states();
        Map<String, Integer> counts = new TreeMap<>();
        states.forEach(state -> counts.merge(state.label(), 1, Integer::sum));
        byState.register(
                STATES.stream()
                        .map(state -> Row.of(Tags.of("state", state), counts.getOrDefault(state, 0)))
                        .toList(),
                true);
        List<CheckpointState> newest = states.subList(Math.max(0, states.size() - CHECKPOINTS), states.size());
        checkpoints.register(
                Stream.concat(
                                states.stream().filter(state -> state instanceof Promoted && !newest.contains(state)),
                                newest.stream())
                        .map(this::checkpoint)
                        .toList(),
                true);
        differences.register(ledger.lastComparison().map(this::differences).orElse(List.of()), true);
    }

    private Row<Number> checkpoint(CheckpointState state) {
        Optional<CheckpointPublished> published = ledger.promotions().announcement(state.checkpointId());
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

    private List<Row<?>> differences(CheckpointEvent decision) {
        List<Row<?>> rows = new ArrayList<>();
        for (Comparison.Row row : decision.comparison().orElseThrow().rows()) {
            rows.add(Row.of(
                    Tags.of(
                            "benchmark", row.benchmark(),
                            "language", languages.of(row.language()),
                            "candidate", decision.checkpointId(),
                            "current", decision.current().orElse("none")),
                    row.candidateF1() - row.currentF1()));
        }
        return rows;
    }
}
