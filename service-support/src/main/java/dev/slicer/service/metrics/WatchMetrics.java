package dev.slicer.service.metrics;

import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.kafka.transactions.Verdict;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What the watch of a stream has found, as metrics. */
public final class WatchMetrics {
    private WatchMetrics() {}

    public static void register(StreamWatch watch, MeterRegistry registry) {
        Gauge.builder("slicer.stream.hanging.transactions", watch, StreamWatch::hanging)
                .description("Transactions that hang in partitions of the stream and were not ended")
                .tag("stream", watch.name())
                .register(registry);
        Gauge.builder("slicer.stream.held.up", watch, any -> any.problem().isPresent() ? 1 : 0)
                .description("1 while records of the stream, or what it writes, are not read; health says why")
                .tag("stream", watch.name())
                .register(registry);
        for (Verdict verdict : Verdict.values()) {
            FunctionCounter.builder("slicer.stream.hanging.transactions.ended", watch, any -> any.ended(verdict))
                    .description(
                            "Transactions that hung in partitions of the stream and were ended as they were decided")
                    .tag("stream", watch.name())
                    .tag("outcome", verdict.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }
}
