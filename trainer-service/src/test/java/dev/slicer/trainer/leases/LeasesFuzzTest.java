package dev.slicer.trainer.leases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class LeasesFuzzTest {
    private static final String TOPIC = Topics.defaults().trainingLeases();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PassedOver passedOver = new PassedOver(registry);

    @Property(tries = 2000)
    void shouldReadLeasesBehindAnyRecords(@ForAll long seed) {
        // Given
        Leases leases = new Leases(
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
                TOPIC,
                new KafkaEvents(URI.create("/test"), Clock.systemUTC()),
                (ends, limit) -> {},
                "trainer-1",
                Duration.ofSeconds(30),
                () -> 0);
        FuzzedRecords fuzzed = new FuzzedRecords(seed);

        // When
        for (int i = 0; i < 3; i++) {
            passedOver.take(fuzzed.read(TOPIC, SampleEvents.lease()), leases::read);
        }

        // Then
        assertThat(leases.mayBeFree("another job")).isTrue();
        assertThat(registry.find("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counters())
                .as("faults of ours")
                .isEmpty();
    }
}
