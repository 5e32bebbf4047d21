package dev.slicer.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WatchMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void shouldShowAStreamFromTheStartSoThatARateSeesTheFirstRise() {
        // Given
        KafkaClients clients = new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1"));
        Watched watched = Watched.group("tested", "group", "topic"::equals, Duration.ofSeconds(30));

        // When
        WatchMetrics.register(new StreamWatch(clients, watched, admin -> Waiting.nowhere()), registry);

        // Then
        assertThat(registry.get("slicer.stream.hanging.transactions")
                        .tag("stream", "tested")
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("slicer.stream.held.up")
                        .tag("stream", "tested")
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("slicer.stream.hanging.transactions.ended")
                        .tag("stream", "tested")
                        .functionCounters())
                .extracting(counter -> counter.getId().getTag("outcome"), counter -> counter.count())
                .containsExactlyInAnyOrder(tuple("committed", 0.0), tuple("aborted", 0.0));
    }
}
