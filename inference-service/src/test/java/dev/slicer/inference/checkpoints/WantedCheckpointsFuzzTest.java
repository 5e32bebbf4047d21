package dev.slicer.inference.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Event;
import dev.slicer.events.Topics;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

class WantedCheckpointsFuzzTest {
    private static final Topics TOPICS = Topics.defaults();
    private static final CheckpointPublished GOOD = new CheckpointPublished(
            "good", URI.create("file:///good"), "mbert", OptionalInt.empty(), List.of("O"), Instant.EPOCH);

    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PassedOver passedOver = new PassedOver(registry);

    @Property(tries = 2000)
    void shouldServeTheGoodOneThatIsPromotedBehindAnyRecords(@ForAll long seed) {
        // Given
        WantedCheckpoints wanted = new PromotedCheckpoints(TOPICS);
        FuzzedRecords fuzzed = new FuzzedRecords(seed);
        take(wanted, fuzzed.read(TOPICS.checkpoints(), SampleEvents.announcement()));
        take(wanted, fuzzed.read(TOPICS.checkpointEvents(), SampleEvents.verdict()));

        // When
        take(wanted, good(TOPICS.checkpoints(), GOOD));
        take(
                wanted,
                good(
                        TOPICS.checkpointEvents(),
                        CheckpointEvent.of("good", Kind.PROMOTED, Instant.EPOCH, "somebody", "a test")));

        // Then
        assertThat(wanted.bestFirst()).extracting(CheckpointRef::id).startsWith("good");
        assertNoFaults();
    }

    @Property(tries = 2000)
    void shouldServeTheGoodOneThatIsAnnouncedBehindAnyRecords(@ForAll long seed) {
        // Given
        WantedCheckpoints wanted = new NewestCheckpoints(TOPICS);
        take(wanted, new FuzzedRecords(seed).read(TOPICS.checkpoints(), SampleEvents.announcement()));

        // When
        take(wanted, good(TOPICS.checkpoints(), GOOD));

        // Then
        assertThat(wanted.bestFirst()).extracting(CheckpointRef::id).startsWith("good");
        assertNoFaults();
    }

    private void take(WantedCheckpoints wanted, ConsumerRecord<byte[], byte[]> record) {
        passedOver.take(record, wanted::read);
    }

    private ConsumerRecord<byte[], byte[]> good(String topic, Event event) {
        ProducerRecord<byte[], byte[]> written = events.write(topic, event);
        return new ConsumerRecord<>(topic, 0, 1000, written.key(), written.value());
    }

    private void assertNoFaults() {
        assertThat(registry.find("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counters())
                .as("faults of ours")
                .isEmpty();
    }
}
