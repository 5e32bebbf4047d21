package dev.slicer.cli.publish;

import dev.slicer.cli.kafka.Clients;
import dev.slicer.events.LabelledDocument;
import java.time.Clock;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes labelled documents in transactions. One that is broken off leaves the whole transactions that it came to; who
 * publishes under the same id later ends what it left open.
 */
public final class DocumentPublisher {
    private static final int DOCUMENTS_IN_TRANSACTION = 500;

    private final Clients kafka;
    private final String topic;
    private final String transactionalId;
    private final Clock clock;

    public DocumentPublisher(Clients kafka, String topic, String transactionalId, Clock clock) {
        this.kafka = kafka;
        this.topic = topic;
        this.transactionalId = transactionalId;
        this.clock = clock;
    }

    /**
     * Returns when all documents are committed.
     *
     * @param progress is told how many documents are
     * @throws KafkaException where the topic is missing or Kafka does not do its part
     */
    public void publish(List<LabelledDocument> documents, IntConsumer progress) {
        requireTopic();
        try (Producer<byte[], byte[]> producer = kafka.transactionalProducer(transactionalId)) {
            producer.initTransactions();
            for (int from = 0; from < documents.size(); from += DOCUMENTS_IN_TRANSACTION) {
                int to = Math.min(from + DOCUMENTS_IN_TRANSACTION, documents.size());
                producer.beginTransaction();
                // A failed send fails the commit, so the futures need not be looked at.
                documents
                        .subList(from, to)
                        .forEach(document -> producer.send(Clients.record(topic, document, clock.instant())));
                producer.commitTransaction();
                progress.accept(to);
            }
        }
    }

    /** Before a producer asks for it, for which a broker may make one with settings that nobody wants. */
    private void requireTopic() {
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.reader()) {
            Clients.partitions(consumer, topic);
        }
    }
}
