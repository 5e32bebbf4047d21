package dev.slicer.cli.publish;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.Partitions;
import dev.slicer.kafka.records.KafkaEvents;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Publishes labelled documents in transactions. A run that is killed leaves its committed transactions; the next one with the
 * same transactional id aborts the open one.
 */
final class DocumentPublisher {
    private static final int DOCUMENTS_IN_TRANSACTION = 500;

    private final KafkaClients kafka;
    private final String topic;
    private final String transactionalId;
    private final KafkaEvents events;

    DocumentPublisher(KafkaClients kafka, String topic, String transactionalId, Clock clock) {
        this.kafka = kafka;
        this.topic = topic;
        this.transactionalId = transactionalId;
        this.events = KafkaArguments.events(clock);
    }

    /**
     * Returns when all documents are committed.
     *
     * @param progress is told how many are committed so far
     * @throws KafkaException when a document is too large, the topic is missing or Kafka fails
     */
    void publish(List<LabelledDocument> documents, IntConsumer progress) {
        documents.forEach(this::requireSmall);
        requireTopic();
        try (Producer<byte[], byte[]> producer = kafka.transactionalProducer(transactionalId)) {
            producer.initTransactions();
            for (int from = 0; from < documents.size(); from += DOCUMENTS_IN_TRANSACTION) {
                int to = Math.min(from + DOCUMENTS_IN_TRANSACTION, documents.size());
                write(documents.subList(from, to), producer);
                progress.accept(to);
            }
        }
    }

    private void write(List<LabelledDocument> documents, Producer<byte[], byte[]> producer) {
        AtomicReference<KafkaException> tooLarge = new AtomicReference<>();
        try {
            producer.beginTransaction();
            // A failed send fails the commit, so the futures need not be looked at.
            documents.forEach(document -> producer.send(events.write(topic, document), (place, problem) -> {
                if (problem instanceof RecordTooLargeException) {
                    tooLarge.set(new KafkaException("document " + document.id() + ": " + problem.getMessage()));
                }
            }));
            producer.commitTransaction();
        } catch (KafkaException e) {
            // It says more than that the transaction failed.
            throw Optional.ofNullable(tooLarge.get()).orElse(e);
        }
    }

    private void requireSmall(LabelledDocument document) {
        long bytes = EventJson.write(document).length;
        int most = RecordSize.limit(RecordSize.MAX_BYTES) - RecordSize.MAX_TEXT_BYTES;
        if (bytes > most) {
            throw new KafkaException("document " + document.id() + " takes " + bytes + " bytes, at most " + most
                    + " fit into a record; nothing was published");
        }
    }

    /** Before the producer asks for the topic: a broker may then create it, with its default settings. */
    private void requireTopic() {
        try (Consumer<byte[], byte[]> consumer = kafka.reader()) {
            Partitions.of(consumer, topic);
        }
    }
}
