package dev.slicer.inference.trial;

import dev.slicer.inference.stream.AnsweredBatch;
import dev.slicer.inference.stream.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Documents on trial, and the model that tags them. */
@Singleton
public class TrialMetrics {
    private final MeterRegistry registry;
    private final Counter tagged;
    private final Counter skipped;

    @Inject
    public TrialMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.tagged = documents("tagged");
        this.skipped = documents("skipped");
    }

    /** Shows whether there is a second model in memory. */
    public void watch(TrialModel trial) {
        Gauge.builder("slicer.trial.model", trial, of -> of.isOpen() ? 1 : 0)
                .description("1 while a model on trial is in memory")
                .register(registry);
        Gauge.builder("slicer.trial.room", trial, of -> of.obstacle().isPresent() ? 0 : 1)
                .description("1 while the instance takes part in trials, 0 while it has no memory for a second model")
                .register(registry);
        FunctionCounter.builder("slicer.trial.loads.failed", trial, TrialModel::failures)
                .description("Models on trial that could not be opened, or failed on every text")
                .register(registry);
    }

    void answered(AnsweredBatch batch) {
        for (Outcome outcome : batch.outcomes()) {
            if (outcome instanceof Outcome.Tagged) {
                tagged.increment();
            } else if (outcome instanceof Outcome.Skipped) {
                skipped.increment();
            }
        }
    }

    private Counter documents(String outcome) {
        return Counter.builder("slicer.trial.documents")
                .description("Documents tagged by a model on trial, or skipped since it could not be opened")
                .tag("outcome", outcome)
                .register(registry);
    }
}
