package dev.slicer.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.clients.KafkaClients;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

class ClientMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    /** Nothing listens there: clients are made and closed without an answer. */
    private final KafkaClients clients =
            new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1"), new ClientMetrics(registry));

    @Test
    void shouldMeasureEachClientWhileItIsOpen() {
        // When
        try (Consumer<byte[], byte[]> reader = clients.reader();
                Consumer<byte[], byte[]> member = clients.member("group", 10);
                Producer<byte[], byte[]> producer = clients.producer()) {
            // Then
            assertThat(List.of(reader, member, producer)).isNotEmpty();
            assertThat(clientsMeasured()).hasSize(3);
            assertThat(meters()).anyMatch(name -> name.startsWith("kafka.consumer."));
            assertThat(meters()).anyMatch(name -> name.startsWith("kafka.producer."));
            producer.close(Duration.ZERO);
        }
    }

    @Test
    void shouldLeaveNoMetricBehindHoweverOftenClientsAreReplaced() {
        // When
        for (int i = 0; i < 3; i++) {
            clients.reader().close();
            clients.member("group", 10).close();
            clients.producer().close(Duration.ZERO);
            clients.transactionalProducer("id").close(Duration.ZERO);
        }

        // Then
        assertThat(meters()).isEmpty();
    }

    private List<String> meters() {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .filter(name -> name.startsWith("kafka."))
                .toList();
    }

    private List<String> clientsMeasured() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("client.id"))
                .filter(client -> client != null)
                .distinct()
                .toList();
    }
}
