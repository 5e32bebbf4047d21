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
import java.util.ArrayList;
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
 * across restarts. What no document can be made of, and gold that contradicts earlier gold, goes to the dead letters.
 */
final class Forwarder implements TopicReader, Runnable {
    /** Is told of what a committed transaction held. */
    interface Listener {
        void forwarded(int documents);

        void refused(DeadLetterReason reason);
    }

    /** The gold that counts for each document, which is the first that came. */
    interface FirstGold {
        /**
         * Waits until all that the topic holds by now is known.
         *
         * @throws KafkaException where that takes too long
         */
        void awaitAll();

        /**
         * Waits until all that lies before these offsets is known.
         *
         * @throws KafkaException where that takes too long
         */
        void awaitAllBefore(Map<TopicPartition, Long> offsets);

        /** Empty where none is known. */
        Optional<GoldDocument> of(String documentId);
    }

    /** @param refused why, where the record is a dead letter */
    private record Outgoing(ProducerRecord<byte[], byte[]> record, Optional<DeadLetterReason> refused) {}

    private static final Logger LOG = Logger.getLogger(Forwarder.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Topics topics;
    private final KafkaEvents events;
    private final FirstGold firstGold;
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
            FirstGold firstGold,
            Listener listener) {
        this.consumers = consumers;
        this.producers = producers;
        this.topics = topics;
        this.events = events;
        this.firstGold = firstGold;
        this.listener = listener;
    }

    @Override
    public void run() {
        while (!shutdown.hasBegun()) {
            try {
                // Before joining the group, which would wait in vain while a long topic is read again.
                firstGold.awaitAll();
                forwardUntilShutdown();
            } catch (WakeupException e) {
                LOG.debug("Stopped forwarding");
            } catch (KafkaException e) {
                if (!shutdown.hasBegun()) {
                    // Closing the producer has aborted its transaction; new clients start from what was committed.
                    LOG.warnf(e, "Forwarding is held up, trying again in %s", RETRY_DELAY);
                    shutdown.pause(RETRY_DELAY);
                }
            } catch (RuntimeException e) {
                LOG.error("No more labelled documents are forwarded", e);
                failure = Optional.of(e);
                return;
            }
        }
    }

    private void forwardUntilShutdown() {
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
        records.forEach(record -> read.put(
                new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1)));
        Map<TopicPartition, Long> ends = new HashMap<>();
        read.forEach((partition, position) -> ends.put(partition, position.offset()));
        firstGold.awaitAllBefore(ends);
        List<DeadLetterReason> refused = new ArrayList<>();
        producer.beginTransaction();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Outgoing outgoing = answer(record);
            producer.send(outgoing.record());
            outgoing.refused().ifPresent(refused::add);
        }
        producer.sendOffsetsToTransaction(read, consumer.groupMetadata());
        producer.commitTransaction();
        listener.forwarded(records.count() - refused.size());
        refused.forEach(listener::refused);
    }

    private Outgoing answer(ConsumerRecord<byte[], byte[]> record) {
        try {
            GoldDocument gold = GoldDocument.of(KafkaEvents.read(record, LabelledDocument.class));
            return firstGold.of(gold.documentId()).orElse(gold).equals(gold)
                    ? new Outgoing(document(gold, record), Optional.empty())
                    : refusal(
                            record,
                            DeadLetterReason.GOLD_CONFLICT,
                            gold.documentId() + " came before with other words or tags; the first counts");
        } catch (InvalidEventException e) {
            return refusal(record, DeadLetterReason.of(e), e.getMessage());
        }
    }

    private ProducerRecord<byte[], byte[]> document(GoldDocument gold, ConsumerRecord<byte[], byte[]> cause) {
        Detokenizer.Joined joined = Detokenizer.join(gold.words(), gold.language());
        DocumentEvent document =
                new DocumentEvent(gold.documentId(), joined.text(), Optional.of(gold.language()), joined.words());
        return events.write(topics.documents(), document, cause);
    }

    private Outgoing refusal(ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String cause) {
        LOG.warnf(
                "Refused the labelled document at %s-%d offset %d: %s",
                record.topic(), record.partition(), record.offset(), cause);
        return new Outgoing(KafkaEvents.deadLetter(topics.deadLetters(), record, reason, cause), Optional.of(reason));
    }
}
