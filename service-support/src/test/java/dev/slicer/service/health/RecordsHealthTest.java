package dev.slicer.service.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class RecordsHealthTest {
    private static final String LETTERS = "dead-letters";

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final RecordSizes sizes = new RecordSizes(new PassedOver(registry)::tooLarge);

    @Test
    void shouldNameTopicsThatTakeTooLittleAndTheRecordThatWasPassedOver() {
        // Given: a topic that refused 40 KB, so that 20 KB are left to try
        sizes.refused(new ProducerRecord<>(LETTERS, new byte[40_000]));

        // When and then
        assertThat(health())
                .containsEntry(LETTERS, "takes records of up to 19751 bytes")
                .containsEntry("passedOver", 0L);

        // When: it refuses a tenth of that, too
        sizes.refused(new ProducerRecord<>(LETTERS, new byte[400]));
        sizes.deadLetter(
                LETTERS,
                new ConsumerRecord<>("documents", 2, 17, new byte[0], new byte[100_000]),
                DeadLetterReason.NOT_JSON,
                "not JSON: at 1");

        // Then
        assertThat(registry.get("slicer.passed.over.records")
                        .tag("topic", "documents")
                        .tag("reason", "record_too_large")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(health())
                .containsEntry("passedOver", 1L)
                .containsEntry(
                        "lastPassedOver",
                        "documents-2 offset 17: dead-letters takes no more than 260 bytes, too little for a dead letter");
    }

    private Map<String, Object> health() {
        HealthCheckResponse response = new RecordsHealth(sizes).call();
        assertThat(response.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        return response.getData().orElseThrow();
    }
}
