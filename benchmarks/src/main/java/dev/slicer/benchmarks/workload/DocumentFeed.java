package dev.slicer.benchmarks.workload;

import dev.slicer.broker.LocalBroker;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts documents on the topic and reads the answers to them. */
public final class DocumentFeed implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Topics topics = Topics.defaults();
    private final List<String> texts;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> reader;

    /** @param broker with the topics of a service that is ready */
    public DocumentFeed(LocalBroker broker, List<String> texts) {
        this.texts = texts;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "benchmark"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        reader.assign(reader.partitionsFor(topics.entities()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
        producer.initTransactions();
    }

    /**
     * All texts once. They lie on the broker in a transaction of their own, so all of them appear at one moment, when the clock
     * starts; it stops when a reader of committed records has the last answer.
     *
     * @throws IllegalStateException when answers are missing after a long time
     */
    public double seconds() {
        reader.seekToEnd(reader.assignment());
        reader.assignment().forEach(reader::position);
        producer.beginTransaction();
        for (int i = 0; i < texts.size(); i++) {
            DocumentEvent document = new DocumentEvent(Integer.toString(i), texts.get(i), Optional.empty(), List.of());
            producer.send(new ProducerRecord<>(
                    topics.documents(), document.key().getBytes(StandardCharsets.UTF_8), EventJson.write(document)));
        }
        producer.flush();
        long start = System.nanoTime();
        producer.commitTransaction();
        int answers = 0;
        while (answers < texts.size()) {
            answers += reader.poll(POLL).count();
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IllegalStateException(answers + " answers to " + texts.size() + " documents in " + LIMIT);
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        reader.close();
    }
}
