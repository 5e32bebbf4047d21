package dev.slicer.evaluator;

import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.records.RecordSizes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The stream's clients. The producer notes which topic refused a record for its size, before the transaction is given up:
 * what is tried in its place is smaller. A consumer leaves its group when it is closed, which Kafka Streams does not have it
 * do: the partitions of an instance that stops, or of a thread that fails, would wait for its session to time out. Both say
 * what they were denied.
 */
record StreamClients(RecordSizes sizes, Denials denials) implements KafkaClientSupplier {
    private static final Right READING = Right.on(ResourceType.TOPIC, "of the join", AclOperation.READ);

    @Override
    public Admin getAdmin(Map<String, Object> settings) {
        return Admin.create(settings);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()) {
            @Override
            public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                return super.send(record, (metadata, failure) -> {
                    if (failure instanceof RecordTooLargeException) {
                        sizes.refused(record);
                    }
                    callback.onCompletion(
                            metadata,
                            failure instanceof RuntimeException denied
                                    ? denials.named(
                                            denied, Right.on(ResourceType.TOPIC, record.topic(), AclOperation.WRITE))
                                    : failure);
                });
            }
        };
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        boolean isAwaited = settings.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                return denials.naming(READING, () -> super.poll(timeout));
            }

            @Override
            public void close(CloseOptions options) {
                super.close(
                        isAwaited
                                ? options
                                : options.withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
            }
        };
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
        return getConsumer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
        return getConsumer(settings);
    }
}
