package dev.slicer.kafka.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A sender that limits nothing by itself. */
public final class AnySizeSender implements AutoCloseable {
    /** What a topic must take for {@link AnySize} to come through, {@code max.message.bytes}. */
    public static final String TOPIC_BYTES = "16777216";

    private static final int REQUEST_BYTES = 32 * 1024 * 1024;

    private final String bootstrapServers;
    private final Map<String, Producer<byte[], byte[]>> producers = new HashMap<>();

    public AnySizeSender(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Returns when the broker has the record. */
    public RecordMetadata send(ProducerRecord<byte[], byte[]> record, String codec) {
        try {
            return producers.computeIfAbsent(codec, this::producer).send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("could not write to " + record.topic(), e);
        }
    }

    private Producer<byte[], byte[]> producer(String codec) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.COMPRESSION_TYPE_CONFIG, codec,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close() {
        producers.values().forEach(Producer::close);
    }
}
