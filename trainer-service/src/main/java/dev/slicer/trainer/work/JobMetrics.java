package dev.slicer.trainer.work;

import dev.slicer.analysis.SelfAttentionMetric;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobContext;
import dev.slicer.jobs.JobState;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.training.TrainingProgress;
import dev.slicer.training.TrainingProgress.TimeShares;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The running job in figures, and how many jobs there are in each state. */
public final class JobMetrics {
    private final MeterRegistry registry;
    private final Counter refused;
    private final Counter takenOver;
    private final Counter resumed;
    /** By model and layer; what was measured last stays until the next job measures. */
    private final MultiGauge attention;

    private final Map<String, SelfAttentionShares> measured = new TreeMap<>();
    private volatile Optional<TrainingProgress> progress = Optional.empty();

    public JobMetrics(MeterRegistry registry, JobBoard board) {
        this.registry = registry;
        gauge("slicer.training.step", "Optimiser steps that the running job has done", TrainingProgress::step);
        gauge(
                "slicer.training.planned.steps",
                "Optimiser steps of the whole running job",
                TrainingProgress::totalSteps);
        gauge("slicer.training.epoch", "Epoch of the running job, from 1", TrainingProgress::epoch);
        gauge("slicer.training.loss", "Mean loss of the running job since its previous report", TrainingProgress::loss);
        gauge("slicer.training.learning.rate", "Learning rate of the running job", TrainingProgress::learningRate);
        gauge(
                "slicer.training.tokens.per.second",
                "Sub-tokens that the running job trains on per second",
                TrainingProgress::tokensPerSecond);
        gauge(
                "slicer.training.remaining.seconds",
                "Estimated time to the end of the running job",
                at -> at.remaining().toMillis() / 1000.0);
        share("forward", TimeShares::forward);
        share("backward", TimeShares::backward);
        share("optimiser", TimeShares::optimiser);
        share("data", TimeShares::data);
        for (TrainingStatus.State state : TrainingStatus.State.values()) {
            Gauge.builder("slicer.training.jobs", board, all -> all.byState().get(state))
                    .description("Jobs that this trainer knows of, by state")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        refused = Counter.builder("slicer.training.refused.requests")
                .description("Records on the request topic that were no training requests")
                .register(registry);
        takenOver = Counter.builder("slicer.training.taken.over.jobs")
                .description("Jobs that this trainer took over from one that fell silent")
                .register(registry);
        resumed = Counter.builder("slicer.training.resumed.jobs")
                .description("Jobs that this trainer went on with from a saved state")
                .register(registry);
        attention = MultiGauge.builder("slicer.training.self.attention.share")
                .description("Share of attention that tokens put on themselves, by layer from 1, before and after the "
                        + "last job that measured it")
                .register(registry);
        for (String outcome : new String[] {"succeeded", "failed", "cancelled"}) {
            finished(outcome);
        }
    }

    void observe(JobState state) {
        if (progress.isEmpty()
                && state instanceof JobState.Running running
                && running.progress().filter(at -> at.resumedFrom() > 0).isPresent()) {
            resumed.increment();
        }
        progress = state instanceof JobState.Running ? state.progress() : Optional.empty();
        if (state instanceof JobState.Ended ended) {
            finished(ended.getClass().getSimpleName().toLowerCase(Locale.ROOT)).increment();
        }
    }

    synchronized void measured(String model, SelfAttentionShares shares) {
        if (model.equals(JobContext.BASE)) {
            measured.clear();
        }
        measured.put(model, shares);
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        measured.forEach((name, found) -> {
            for (int i = 0; i < found.byLayer().size(); i++) {
                rows.add(MultiGauge.Row.of(
                        Tags.of("layer", SelfAttentionMetric.layer(i), "model", name),
                        found.byLayer().get(i)));
            }
        });
        attention.register(rows, true);
    }

    public void refused() {
        refused.increment();
    }

    void takenOver() {
        takenOver.increment();
    }

    private Counter finished(String outcome) {
        return Counter.builder("slicer.training.finished.jobs")
                .description("Jobs that this trainer has finished, by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void share(String part, ToDoubleFunction<TimeShares> share) {
        Gauge.builder(
                        "slicer.training.time.share",
                        this,
                        metrics -> metrics.progress
                                .map(TrainingProgress::shares)
                                .map(share::applyAsDouble)
                                .orElse(Double.NaN))
                .description("Share of the running job's time, 0 to 1, by what it went into; NaN while none runs")
                .tag("part", part)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<TrainingProgress> figure) {
        Gauge.builder(
                        name,
                        this,
                        metrics -> metrics.progress.map(figure::applyAsDouble).orElse(Double.NaN))
                .description(description + "; NaN while none runs")
                .register(registry);
    }
}
