package dev.slicer.kafka.clients;

import dev.slicer.events.envelope.RecordSize;
import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.records.RecordSizes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes Kafka clients whose settings lose nothing: offsets are committed by hand, only committed records are read, from the
 * beginning of what is not read yet, all replicas acknowledge what is written, and no consumer makes a topic by asking for it.
 *
 * @param common addresses and security
 * @param sizes are told of records that a broker refuses for their size
 * @param patience for how long a call waits for a broker, unless configured otherwise; as Kafka has it when absent
 */
public record KafkaClients(
        Map<String, Object> common, ClientObserver observer, RecordSizes sizes, Optional<Duration> patience) {
    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
    private static final int TRANSACTION_TIMEOUT_MILLIS = 30_000;
    /** Of a request that a broker takes, {@code socket.request.max.bytes} unless configured otherwise. */
    private static final int MAX_REQUEST_BYTES = 100 * 1024 * 1024;

    /**
     * Of one poll of any reader: others' records can have any size that they compress to, and those of a poll are in memory
     * together. What has been fetched before comes without waiting, so that many small polls cost little.
     */
    private static final int MAX_POLL_RECORDS = 16;

    /** A client of the other protocol refuses to be made with these. */
    private static final Set<String> OF_CLASSIC_MEMBERS = Set.of(
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);

    /** What is the same for all consumers, so that they lose nothing. */
    public static final Map<String, String> CONSUMER_RULES = Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");

    /** What is the same for all producers, so that they lose nothing. */
    public static final Map<String, String> PRODUCER_RULES = Map.of(
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(RecordSize.MAX_BYTES));

    private static final Right READING = Right.on(ResourceType.TOPIC, "of the consumer", AclOperation.READ);

    private static final Set<String> OF_CONSUMER_GROUPS = Set.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);

    public KafkaClients {
        common = Map.copyOf(common);
    }

    public KafkaClients(Map<String, Object> common, ClientObserver observer, RecordSizes sizes) {
        this(common, observer, sizes, Optional.empty());
    }

    public KafkaClients(Map<String, Object> common, ClientObserver observer) {
        this(common, observer, new RecordSizes());
    }

    public KafkaClients(Map<String, Object> common) {
        this(common, ClientObserver.NONE);
    }

    /** The same clients, which give up when a broker has not answered for so long. */
    public KafkaClients withPatience(Duration limit) {
        return new KafkaClients(common, observer, sizes, Optional.of(limit));
    }

    /** A consumer of no group, for topics that every instance reads whole. */
    public Consumer<byte[], byte[]> reader() {
        return reader(MAX_POLL_RECORDS);
    }

    /** As {@link #reader}, with one record in memory at a time. */
    public Consumer<byte[], byte[]> readerOfOne() {
        return reader(1);
    }

    private Consumer<byte[], byte[]> reader(int maxRecords) {
        Map<String, Object> settings = consumerSettings(maxRecords);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return classic(settings);
    }

    /**
     * A consumer that shares topics with the others of its group, by the protocol that every broker knows.
     *
     * @param maxRecords of one poll, at most
     */
    public Consumer<byte[], byte[]> member(String group, int maxRecords) {
        return member(group, maxRecords, GroupProtocol.CLASSIC);
    }

    /**
     * A consumer that shares topics with the others of its group.
     *
     * @param maxRecords of one poll, at most
     */
    public Consumer<byte[], byte[]> member(String group, int maxRecords, GroupProtocol protocol) {
        Map<String, Object> settings = consumerSettings(Math.min(maxRecords, MAX_POLL_RECORDS));
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        if (protocol == GroupProtocol.CONSUMER) {
            settings.keySet().removeAll(OF_CLASSIC_MEMBERS);
            settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
            return observed(settings);
        }
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return classic(settings);
    }

    private Consumer<byte[], byte[]> classic(Map<String, Object> settings) {
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.remove(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
        return observed(settings);
    }

    @SuppressWarnings("unchecked")
    private Consumer<byte[], byte[]> observed(Map<String, Object> settings) {
        return Naming.of(Consumer.class, new ObservedConsumer(settings, observer), denials(), READING);
    }

    /** In whose name the clients are denied something. */
    public Denials denials() {
        return Denials.of(common);
    }

    /**
     * A consumer that shares the records of topics, one by one, with the others of its share group: it has one at a time, in
     * memory and in its keeping, and says what becomes of it.
     */
    @SuppressWarnings("unchecked")
    public ShareConsumer<byte[], byte[]> sharer(String group) {
        sizes.need();
        Map<String, Object> settings = new HashMap<>(common);
        // Those of other kinds of groups; a share group has its own, on the broker.
        settings.keySet().removeAll(OF_CONSUMER_GROUPS);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        ShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        return Naming.of(ShareConsumer.class, consumer, denials(), READING);
    }

    public Producer<byte[], byte[]> producer() {
        return new ObservedProducer(producerSettings(), observer, sizes, denials());
    }

    /**
     * A producer of transactions that begin when all that they hold is known, so that they are short. It waits for its
     * broker for twice the time of a request, unless configured otherwise; a transaction that a killed process left open
     * holds readers up for half a minute.
     *
     * @param id that no other running process has, and that this one has again after a restart
     */
    public Producer<byte[], byte[]> transactionalProducer(String id) {
        return new ObservedProducer(transactionalSettings(id), observer, sizes, denials());
    }

    /**
     * The same for records that others wrote, compressed, so that they go where they were once taken. It measures no record
     * against {@link RecordSize#MAX_BYTES}: the broker refuses what is too large for it.
     */
    public Producer<byte[], byte[]> transactionalProducerOfAnySize(String id) {
        Map<String, Object> settings = transactionalSettings(id);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) MAX_REQUEST_BYTES);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        return new ObservedProducer(settings, observer, sizes, denials());
    }

    private Map<String, Object> transactionalSettings(String id) {
        learnSizes();
        Map<String, Object> settings = producerSettings();
        settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        int wait = twoRequests(settings);
        settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, wait);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, wait);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(transactionTimeout()));
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        return settings;
    }

    /** A producer is made anew where a transaction failed, which it may have for its records' size. */
    private void learnSizes() {
        if (!sizes.inDoubt().isEmpty()) {
            try (Admin admin = admin()) {
                sizes.read(admin, sizes.inDoubt());
            }
        }
    }

    /** After which Kafka aborts what a transactional producer has left open. */
    public Duration transactionTimeout() {
        return Duration.ofMillis(Long.parseLong(String.valueOf(
                common.getOrDefault(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS))));
    }

    /** A client for Kafka's administration that waits for a broker no longer than a producer of transactions does. */
    public Admin admin() {
        Map<String, Object> settings = new HashMap<>(common);
        settings.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, twoRequests(settings));
        return Admin.create(settings);
    }

    private static int twoRequests(Map<String, Object> settings) {
        return 2 * Integer.parseInt(String.valueOf(settings.get(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG)));
    }

    private Map<String, Object> consumerSettings(int maxRecords) {
        sizes.need();
        Map<String, Object> settings = new HashMap<>(common);
        settings.putAll(CONSUMER_RULES);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxRecords);
        patience.ifPresent(limit -> settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(limit)));
        return settings;
    }

    private Map<String, Object> producerSettings() {
        sizes.need();
        Map<String, Object> settings = new HashMap<>(common);
        settings.putAll(PRODUCER_RULES);
        patience.ifPresent(limit -> {
            settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(limit));
            settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(limit) / 2);
            settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(limit));
        });
        return settings;
    }

    private static int millis(Duration limit) {
        return Math.toIntExact(limit.toMillis());
    }

    private static final class ObservedConsumer extends KafkaConsumer<byte[], byte[]> {
        private final Runnable closing;

        ObservedConsumer(Map<String, Object> settings, ClientObserver observer) {
            super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            closing = observer.opened(this);
        }

        @Override
        public void close() {
            closing.run();
            super.close();
        }

        @Override
        public void close(CloseOptions options) {
            closing.run();
            super.close(options);
        }

        @Override
        @Deprecated
        public void close(Duration timeout) {
            closing.run();
            super.close(timeout);
        }
    }

    private static final class ObservedProducer extends KafkaProducer<byte[], byte[]> {
        private final Runnable closing;
        private final RecordSizes sizes;
        private final Denials denials;
        private final Right transactions;

        ObservedProducer(Map<String, Object> settings, ClientObserver observer, RecordSizes sizes, Denials denials) {
            super(settings, new ByteArraySerializer(), new ByteArraySerializer());
            this.sizes = sizes;
            this.denials = denials;
            this.transactions = Right.on(
                    ResourceType.TRANSACTIONAL_ID,
                    String.valueOf(settings.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG)),
                    AclOperation.WRITE);
            closing = observer.opened(this);
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            return send(record, (metadata, failure) -> {});
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            Right writing = Right.on(ResourceType.TOPIC, record.topic(), AclOperation.WRITE);
            return denials.naming(
                    writing,
                    () -> new Naming.Sent(
                            super.send(record, (metadata, failure) -> {
                                if (failure instanceof RecordTooLargeException) {
                                    sizes.refused(record);
                                }
                                callback.onCompletion(
                                        metadata,
                                        failure instanceof RuntimeException denied
                                                ? denials.named(denied, writing)
                                                : failure);
                            }),
                            denials,
                            writing));
        }

        @Override
        public void initTransactions() {
            named(super::initTransactions);
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            named(() -> super.sendOffsetsToTransaction(offsets, group));
        }

        @Override
        public void commitTransaction() {
            named(super::commitTransaction);
        }

        private void named(Runnable work) {
            denials.naming(transactions, () -> {
                work.run();
                return true;
            });
        }

        @Override
        public void close() {
            closing.run();
            super.close();
        }

        @Override
        public void close(Duration timeout) {
            closing.run();
            super.close(timeout);
        }
    }
}
