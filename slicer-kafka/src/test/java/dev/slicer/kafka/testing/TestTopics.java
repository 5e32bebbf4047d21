package dev.slicer.kafka.testing;

import dev.slicer.events.EventSchemas;
import dev.slicer.kafka.clients.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a test writes to topics, and sees on them: events that their schemas take. */
public final class TestTopics implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final Producer<byte[], byte[]> producer;

    public TestTopics(KafkaClients clients) {
        this.clients = clients;
        this.producer = clients.producer();
    }

    /** Returns when the broker has the record. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("could not write to " + record.topic(), e);
        }
    }

    public void send(String topic, String key, String value) {
        send(record(topic, key, value));
    }

    /** The committed records of a key that a topic holds now. */
    public List<ConsumerRecord<byte[], byte[]>> held(String topic, String key) {
        return held(topic, keyed(key));
    }

    /** The committed records that a topic holds now. */
    public List<ConsumerRecord<byte[], byte[]>> held(String topic) {
        return held(topic, record -> true);
    }

    private List<ConsumerRecord<byte[], byte[]>> held(String topic, Predicate<ConsumerRecord<byte[], byte[]>> fits) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = fromTheBeginning(topic)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            Patience.await("the end of " + topic).until(() -> {
                collect(consumer, fits, found);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return found;
    }

    /** Waits for so many committed records that fit. */
    public List<ConsumerRecord<byte[], byte[]>> await(
            String topic, int atLeast, Predicate<ConsumerRecord<byte[], byte[]>> fits) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = fromTheBeginning(topic)) {
            Patience.await(atLeast + " records on " + topic).until(() -> {
                collect(consumer, fits, found);
                return found.size() >= atLeast;
            });
        }
        return found;
    }

    public static Predicate<ConsumerRecord<byte[], byte[]>> keyed(String key) {
        return record -> key.equals(key(record));
    }

    public static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    public static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
        return new ProducerRecord<>(
                topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close();
    }

    private Consumer<byte[], byte[]> fromTheBeginning(String topic) {
        Consumer<byte[], byte[]> consumer = clients.reader();
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private static void collect(
            Consumer<byte[], byte[]> consumer,
            Predicate<ConsumerRecord<byte[], byte[]>> fits,
            List<ConsumerRecord<byte[], byte[]>> found) {
        consumer.poll(POLL).forEach(record -> {
            if (fits.test(record)) {
                EventSchemas.requireFit(record.topic(), record.value());
                found.add(record);
            }
        });
    }
}
