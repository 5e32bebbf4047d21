package dev.slicer.trainer.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BoardFuzzTest {
    private static final Topics TOPICS = Topics.defaults();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PassedOver passedOver = new PassedOver(registry);

    @Property(tries = 2000)
    void shouldKeepTheBoardBehindAnyRecords(@ForAll long seed) {
        // Given
        JobBoard board = new JobBoard();
        FuzzedRecords fuzzed = new FuzzedRecords(seed);

        // When
        for (int i = 0; i < 2; i++) {
            passedOver.take(
                    fuzzed.read(TOPICS.trainingRequests(), SampleEvents.request()),
                    record -> board.requested(KafkaEvents.read(record, TrainingRequest.class), record));
            passedOver.take(
                    fuzzed.read(TOPICS.trainingProgress(), SampleEvents.status()),
                    record -> board.reported(
                            KafkaEvents.read(record, TrainingStatus.class), Instant.ofEpochMilli(record.timestamp())));
        }

        // Then
        assertThat(board.open()).hasSizeLessThanOrEqualTo(2);
        assertThat(board.all()).hasSize((int)
                board.byState().values().stream().mapToLong(Long::longValue).sum());
        assertThat(registry.find("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counters())
                .as("faults of ours")
                .isEmpty();
    }
}
