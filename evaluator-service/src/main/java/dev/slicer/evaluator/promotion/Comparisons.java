package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.promotion.CheckpointLedger.Place;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.metrics.Comparison;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.TimeoutException;

/** The tables that checkpoints were decided by, read where they lie: they are large, and few are ever asked for. */
public final class Comparisons {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaClients kafka;

    public Comparisons(KafkaClients kafka) {
        this.kafka = kafka.withPatience(PATIENCE);
    }

    /**
     * The table of a decision; empty where the topic has lost it.
     *
     * @throws TimeoutException where Kafka does not answer
     */
    Optional<Comparison> read(Place place) {
        try (Consumer<byte[], byte[]> consumer = kafka.readerOfOne()) {
            consumer.assign(Set.of(place.partition()));
            consumer.seek(place.partition(), place.offset());
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    return record.offset() == place.offset()
                            ? KafkaEvents.read(record, CheckpointEvent.class).comparison()
                            : Optional.empty();
                }
            }
        }
        throw new TimeoutException("no answer from Kafka in " + PATIENCE.toSeconds() + " s; the table lies in "
                + place.partition() + " at offset " + place.offset());
    }
}
