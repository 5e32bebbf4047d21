package dev.slicer.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.clients.consumer.ConsumerRecord;

class EventFuzzTest {
    private static final List<Event> EVENTS = List.of(
            SampleEvents.announcement(),
            SampleEvents.verdict(),
            SampleEvents.score(),
            SampleEvents.totals(),
            SampleEvents.entities(),
            SampleEvents.document(),
            SampleEvents.trialDocument(),
            SampleEvents.wordsWithTags(),
            SampleEvents.textWithEntities(),
            SampleEvents.request(),
            SampleEvents.status());

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PassedOver passedOver = new PassedOver(registry);

    /** 2,000 records of each kind of event, on average. */
    @Property(tries = 22_000)
    void shouldReadAnEventThatCanBeWrittenAndReadAgainOrPassTheRecordOver(
            @ForAll("events") Event valid, @ForAll long seed) {
        // Given
        ConsumerRecord<byte[], byte[]> record = new FuzzedRecords(seed).read("topic", valid);

        // When
        Optional<? extends Event> read = read(record, valid.getClass());

        // Then
        assertThat(registry.find("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counters())
                .as("faults of ours")
                .isEmpty();
        read.ifPresent(event -> assertThat(EventJson.read(EventJson.write(event), event.getClass()))
                .isEqualTo(event));
    }

    private <T extends Event> Optional<T> read(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
        return passedOver.read("topic", "0", () -> KafkaEvents.read(record, type));
    }

    @Provide
    Arbitrary<Event> events() {
        return Arbitraries.of(EVENTS);
    }
}
