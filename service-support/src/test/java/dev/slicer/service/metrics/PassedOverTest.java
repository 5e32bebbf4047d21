package dev.slicer.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.records.KafkaEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class PassedOverTest {
    private static final String TOPIC = "checkpoint-events";
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PassedOver passedOver = new PassedOver(registry);
    private final List<CheckpointEvent> taken = new ArrayList<>();

    @Test
    void shouldBeginEachCounterAtZero() {
        // When
        passedOver.watch(Set.of(TOPIC));

        // Then
        assertThat(registry.find("slicer.passed.over.records")
                        .tag("topic", TOPIC)
                        .counters())
                .hasSize(5)
                .allMatch(counter -> counter.count() == 0);
    }

    @Test
    void shouldCountEachRecordOnceByItsReasonHoweverManyReadersComePast() {
        // When
        for (int reader = 0; reader < 3; reader++) {
            take(0, "{");
            take(1, "[]");
            take(2, "{\"checkpointId\":\"a/../b\"}");
            take(3, null);
        }

        // Then
        assertThat(taken).isEmpty();
        assertThat(count("not_json")).isEqualTo(2);
        assertThat(count("wrong_type")).isEqualTo(1);
        assertThat(count("invalid_value")).isEqualTo(1);
    }

    @Test
    void shouldPassOverAGoodRecordThatTheHandlerFailsOn() {
        // When
        boolean first = passedOver.take(record(0, "{}"), record -> {
            throw new NullPointerException("a fault of ours");
        });

        // Then
        assertThat(first).isFalse();
        assertThat(count("failed")).isEqualTo(1);
    }

    @Test
    void shouldLetFailuresOfBrokersThrough() {
        // When and then: the record is as good as any, and is to be handled again
        assertThatThrownBy(() -> passedOver.take(record(0, "{}"), record -> {
                    throw new TimeoutException("no broker");
                }))
                .isInstanceOf(TimeoutException.class);
        assertThat(registry.find("slicer.passed.over.records").counters()).isEmpty();
    }

    @Test
    void shouldPassOverWhatAStoreGivesBackAndCannotBeRead() {
        assertThat(passedOver.read(
                        "gold", "a", () -> KafkaEvents.read(record(0, "{\"jobId\":null}"), TrainingStatus.class)))
                .isEmpty();
        assertThat(passedOver.read("gold", "b", () -> "readable")).hasValue("readable");
        assertThat(registry.get("slicer.passed.over.records")
                        .tag("topic", "gold")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private void take(long offset, String value) {
        passedOver.take(record(offset, value), record -> taken.add(KafkaEvents.read(record, CheckpointEvent.class)));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String value) {
        return new ConsumerRecord<>(
                TOPIC, 0, offset, null, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    private double count(String reason) {
        return registry.get("slicer.passed.over.records")
                .tag("topic", TOPIC)
                .tag("reason", reason)
                .counter()
                .count();
    }
}
