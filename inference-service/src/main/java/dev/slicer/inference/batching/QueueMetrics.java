package dev.slicer.inference.batching;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What waits in the queue, and the forward passes, by lane. */
@Singleton
public class QueueMetrics {
    private final MeterRegistry registry;

    @Inject
    public QueueMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void watch(BatchingQueue queue) {
        for (Lane lane : Lane.values()) {
            Gauge.builder("slicer.queue.tokens", queue, of -> of.queuedTokens(lane))
                    .description("Sub-tokens that wait for the engine")
                    .tag("lane", lane.label())
                    .register(registry);
        }
    }

    /** One forward pass. */
    void pass(Lane lane, int chunks, int tokens, Duration took) {
        DistributionSummary.builder("slicer.pass.chunks")
                .description("Windows of documents in one forward pass")
                .tag("lane", lane.label())
                .register(registry)
                .record(chunks);
        DistributionSummary.builder("slicer.pass.tokens")
                .description("Sub-tokens in one forward pass")
                .tag("lane", lane.label())
                .register(registry)
                .record(tokens);
        Timer.builder("slicer.pass")
                .description("Time of one forward pass")
                .tag("lane", lane.label())
                .register(registry)
                .record(took);
    }
}
