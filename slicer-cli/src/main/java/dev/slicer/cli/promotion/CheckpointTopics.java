package dev.slicer.cli.promotion;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.AwaitedSend;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.WholeTopics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.promotion.Promotions;
import dev.slicer.promotion.Promotions.Step;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The topics of announcements and of checkpoint events, which together give every checkpoint's state. Not thread-safe. */
final class CheckpointTopics implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClients kafka;
    private final Topics topics;
    private final KafkaEvents events;
    private final Consumer<String> unreadable;
    private final WholeTopics reading;
    private Promotions promotions = Promotions.none();
    private Optional<Written> written = Optional.empty();

    /** An own event at its place, and what it did once it is read back. */
    private record Written(TopicPartition partition, long offset, Optional<Step> step) {
        boolean is(ConsumerRecord<?, ?> record) {
            return record.offset() == offset
                    && record.partition() == partition.partition()
                    && record.topic().equals(partition.topic());
        }
    }

    /** @param unreadable receives what is wrong with records that cannot be read; services ignore these too */
    CheckpointTopics(KafkaClients kafka, Topics topics, Clock clock, Consumer<String> unreadable) {
        this.kafka = kafka;
        this.topics = topics;
        this.events = KafkaArguments.events(clock);
        this.unreadable = unreadable;
        this.reading = new WholeTopics(kafka.reader(), Set.of(topics.checkpoints(), topics.checkpointEvents()));
    }

    /**
     * Reads to the current end of both topics.
     *
     * @throws KafkaException when one of them is missing or cannot be read
     */
    Promotions read() {
        readTo(reading.ends());
        return promotions;
    }

    /**
     * Writes an event and reads until it comes back. Another person or the evaluator may have written events in between.
     *
     * @return what the event did among the others
     * @throws KafkaException when it cannot be written or read
     */
    Step write(CheckpointEvent event) {
        RecordMetadata place = send(event);
        TopicPartition partition = new TopicPartition(place.topic(), place.partition());
        written = Optional.of(new Written(partition, place.offset(), Optional.empty()));
        readTo(Map.of(partition, place.offset() + 1));
        return written.flatMap(Written::step).orElseThrow();
    }

    @Override
    public void close() {
        reading.close();
    }

    private RecordMetadata send(CheckpointEvent event) {
        try (Producer<byte[], byte[]> producer = kafka.producer()) {
            return AwaitedSend.send(producer, events.write(topics.checkpointEvents(), event));
        }
    }

    private void readTo(Map<TopicPartition, Long> ends) {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!reading.hasRead(ends)) {
            ConsumerRecords<byte[], byte[]> records = reading.poll(POLL);
            records.forEach(this::take);
            if (!records.isEmpty()) {
                patience = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > patience) {
                throw new KafkaException("nothing came from " + ends.keySet() + " for " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            // A tombstone: the announcement was removed.
            return;
        }
        try {
            Step step = record.topic().equals(topics.checkpoints())
                    ? promotions.apply(KafkaEvents.read(record, CheckpointPublished.class))
                    : promotions.apply(KafkaEvents.read(record, CheckpointEvent.class));
            promotions = step.after();
            written = written.map(
                    own -> own.is(record) ? new Written(own.partition(), own.offset(), Optional.of(step)) : own);
        } catch (InvalidEventException invalid) {
            unreadable.accept(
                    record.topic() + "-" + record.partition() + "-" + record.offset() + ": " + invalid.getMessage());
        }
    }
}
