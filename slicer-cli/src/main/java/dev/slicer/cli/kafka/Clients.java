package dev.slicer.cli.kafka;

import dev.slicer.events.CloudEvent;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.EventMessage;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.RecordSize;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The Kafka clients of commands. They read what is committed, lose nothing of what they write, make no topics, and give up
 * when there has been no answer for 20 seconds, unless configured otherwise.
 *
 * @param common addresses and security
 */
public record Clients(Map<String, Object> common) {
    private static final URI SOURCE = URI.create("/slicer/cli");
    private static final int TIMEOUT_MILLIS = 20_000;
    /** A transaction that a killed run left open holds readers up for so long. */
    private static final int TRANSACTION_TIMEOUT_MILLIS = 30_000;

    /** Of a request that a broker takes, {@code socket.request.max.bytes} unless configured otherwise. */
    private static final int MAX_REQUEST_BYTES = 100 * 1024 * 1024;

    public Clients {
        common = Map.copyOf(common);
    }

    /** A consumer of no group. */
    public KafkaConsumer<byte[], byte[]> reader() {
        return consumer(Map.of());
    }

    /** A consumer of no group that has one record in memory at a time. */
    public KafkaConsumer<byte[], byte[]> readerOfOne() {
        return consumer(Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1));
    }

    /**
     * A consumer whose place a group keeps.
     *
     * @param maxRecords of one poll
     */
    public KafkaConsumer<byte[], byte[]> member(String group, int maxRecords) {
        return consumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG, group,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxRecords,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    }

    public Producer<byte[], byte[]> producer() {
        return producer(Map.of());
    }

    /** @param id with which it ends what another producer of the id has begun, and shuts that one out */
    public Producer<byte[], byte[]> transactionalProducer(String id) {
        return producer(Map.of(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, id,
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS));
    }

    /** The same for records that others wrote, compressed, so that they go where they were once taken. */
    public Producer<byte[], byte[]> transactionalProducerOfAnySize(String id) {
        return producer(Map.of(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, id,
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES,
                ProducerConfig.BUFFER_MEMORY_CONFIG, (long) MAX_REQUEST_BYTES,
                ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip"));
    }

    /** @throws UnknownTopicOrPartitionException where there is no such topic */
    public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        return partitions;
    }

    /** A record of a new event. */
    public static ProducerRecord<byte[], byte[]> record(String topic, Event event, Instant now) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, event.key().getBytes(StandardCharsets.UTF_8), EventJson.write(event));
        CloudEvent.of(event, SOURCE, now, Map.of()).toHeaders().forEach(record.headers()::add);
        return record;
    }

    /**
     * The event in a record, as the services read it.
     *
     * @throws InvalidEventException saying what is wrong
     */
    public static <T extends Event> T read(ConsumerRecord<?, byte[]> record, Class<T> type) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return new EventMessage(headers, record.value()).read(type);
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> own) {
        Map<String, Object> settings = new HashMap<>(common);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        settings.putAll(own);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> own) {
        Map<String, Object> settings = new HashMap<>(common);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordSize.MAX_BYTES);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
        settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 2);
        settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        settings.putAll(own);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
