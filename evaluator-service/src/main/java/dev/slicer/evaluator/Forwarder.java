package dev.slicer.evaluator;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.Shutdown;
import dev.slicer.service.TopicReader;
import dev.slicer.text.Detokenizer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Publishes labelled documents, without their labels, as documents like everybody's, so that they are tagged by what is
 * deployed. What is published and how far was read are one transaction: each document is published exactly once, also
 * across restarts.
 */
final class Forwarder implements TopicReader, Runnable {
    /** Is told of what a committed transaction held. */
    interface Listener {
        void forwarded(int documents);

        void refused(DeadLetterReason reason);
    }

    private static final Logger LOG = Logger.getLogger(Forwarder.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Topics topics;
    private final KafkaEvents events;
    private final Listener listener;
    private final Shutdown shutdown = new Shutdown();
    private volatile Instant lastPoll = Instant.now();
    private volatile Optional<Consumer<byte[], byte[]>> polled = Optional.empty();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /**
     * @param consumers of a group, reading committed records only, without auto-commit
     * @param producers transactional, with an id that no other running process has
     */
    Forwarder(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            Topics topics,
            KafkaEvents events,
            Listener listener) {
        this.consumers = consumers;
        this.producers = producers;
        this.topics = topics;
        this.events = events;
        this.listener = listener;
    }

    @Override
    public void run() {
        while (!shutdown.hasBegun()) {
            try (Consumer<byte[], byte[]> consumer = consumers.get();
                    Producer<byte[], byte[]> producer = producers.get()) {
                polled = Optional.of(consumer);
                producer.initTransactions();
                consumer.subscribe(List.of(topics.labelledDocuments()));
                while (!shutdown.hasBegun()) {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                    lastPoll = Instant.now();
                    if (!records.isEmpty()) {
                        forward(records, consumer, producer);
                    }
                }
            } catch (WakeupException e) {
                LOG.debug("Stopped forwarding");
            } catch (KafkaException e) {
                // Closing the producer has aborted its transaction; new clients start from what was committed.
                LOG.warnf(e, "Forwarding is held up, trying again in %s", RETRY_DELAY);
                shutdown.pause(RETRY_DELAY);
            } catch (RuntimeException e) {
                LOG.error("No more labelled documents are forwarded", e);
                failure = Optional.of(e);
                return;
            }
        }
    }

    void close() {
        shutdown.begin();
        polled.ifPresent(Consumer::wakeup);
    }

    @Override
    public Instant lastPoll() {
        return lastPoll;
    }

    @Override
    public Optional<RuntimeException> failure() {
        return failure;
    }

    private void forward(
            ConsumerRecords<byte[], byte[]> records,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer) {
        Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
        Map<DeadLetterReason, Integer> refused = new HashMap<>();
        int documents = 0;
        producer.beginTransaction();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                producer.send(document(record));
                documents++;
            } catch (InvalidEventException e) {
                LOG.warnf(
                        "Refused the labelled document at %s-%d offset %d: %s",
                        record.topic(), record.partition(), record.offset(), e.getMessage());
                producer.send(deadLetter(record, e));
                refused.merge(DeadLetterReason.of(e), 1, Integer::sum);
            }
            read.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        producer.sendOffsetsToTransaction(read, consumer.groupMetadata());
        producer.commitTransaction();
        if (documents > 0) {
            listener.forwarded(documents);
        }
        refused.forEach((reason, count) -> {
            for (int i = 0; i < count; i++) {
                listener.refused(reason);
            }
        });
    }

    private ProducerRecord<byte[], byte[]> document(ConsumerRecord<byte[], byte[]> record) {
        GoldDocument gold = GoldDocument.of(KafkaEvents.read(record, LabelledDocument.class));
        Detokenizer.Joined joined = Detokenizer.join(gold.words(), gold.language());
        DocumentEvent document =
                new DocumentEvent(gold.documentId(), joined.text(), Optional.of(gold.language()), joined.words());
        return events.write(topics.documents(), document, record);
    }

    private ProducerRecord<byte[], byte[]> deadLetter(
            ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
        return KafkaEvents.deadLetter(
                topics.deadLetters(), record, DeadLetterReason.of(reason), reason.getMessage());
    }
}
