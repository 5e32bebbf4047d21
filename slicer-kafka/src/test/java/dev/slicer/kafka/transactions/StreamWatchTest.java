package dev.slicer.kafka.transactions;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import dev.slicer.testbroker.TestBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a watch does about transactions that are open, on a broker that lets nobody but its own user end them. */
@Timeout(120)
class StreamWatchTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    @TempDir
    private static Path folder;

    private static TestBroker broker;

    private final String topic = "topic-" + UUID.randomUUID();
    private final String group = "group-" + UUID.randomUUID();
    private final TopicPartition partition = new TopicPartition(topic, 0);
    private final List<AutoCloseable> open = new ArrayList<>();
    private volatile Waiting waiting = Waiting.nowhere();

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(
                folder,
                Map.ofEntries(
                        Map.entry("listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"),
                        Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                        Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                        Map.entry(
                                "listener.name.plaintext.plain.sasl.jaas.config",
                                LOGIN + " username=\"owner\" password=\"o\" user_owner=\"o\" user_service=\"s\";"),
                        Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                        Map.entry("super.users", "User:owner;User:ANONYMOUS"),
                        Map.entry("allow.everyone.if.no.acl.found", "true"),
                        // So that a record can come that is of no transaction that its coordinator knows of.
                        Map.entry("transaction.partition.verification.enable", "false")));
        try (Admin admin = Admin.create(as("owner"))) {
            admin.createAcls(List.of(denied(AclOperation.ALTER), denied(AclOperation.CLUSTER_ACTION)))
                    .all()
                    .get();
        }
    }

    private static AclBinding denied(AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL),
                new AccessControlEntry("User:service", "*", operation, AclPermissionType.DENY));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopic() throws Exception {
        try (Admin admin = Admin.create(as("owner"))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void shouldEndWhatHangsWithinTwiceTheTimeoutSoThatReadersGoOn() throws Exception {
        // Given
        hang(group + "-lost", "stray");
        send("behind it");

        // When
        long start = System.nanoTime();
        StreamWatch watch = watch("owner");
        await("an end").until(() -> watch.ended(Verdict.ABORTED) == 1);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        // Then
        assertThat(took).isBetween(TIMEOUT, TIMEOUT.multipliedBy(2));
        assertThat(read(1)).containsExactly("behind it");
        assertThat(watch.problem()).isEmpty();
    }

    @Test
    void shouldSayWhatHangsWhereItMayNotEndIt() throws Exception {
        // Given
        long producer = hang(group + "-lost", "stray");

        // When
        StreamWatch watch = watch("service");
        await("a problem").until(() -> watch.problem().isPresent());

        // Then
        assertThat(watch.problem())
                .hasValue("a transaction hangs in " + partition + " from offset 0 on (producer " + producer
                        + ", epoch 0): it is of " + group
                        + "-lost, and this service may not end it: Cluster authorization failed.");
        assertThat(watch.hanging()).isEqualTo(1);
    }

    @Test
    void shouldNotEndWhatAnotherApplicationHasLeft() throws Exception {
        // Given
        String other = "other-" + UUID.randomUUID();
        hang(other, "stray");

        // When
        StreamWatch watch = watch("owner");
        await("a problem").until(() -> watch.problem().isPresent());

        // Then
        assertThat(watch.problem().orElseThrow())
                .endsWith("its transactional id, " + other + ", is none of this group");
        assertThat(watch.ended(Verdict.ABORTED) + watch.ended(Verdict.COMMITTED))
                .isZero();
    }

    @Test
    void shouldLeaveATransactionAloneThatIsUnderWay() throws Exception {
        // Given
        Producer<byte[], byte[]> producer = clients("owner").transactionalProducer(group + "-alive");
        open.add(producer);
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, bytes("slow"))).get();

        // When
        StreamWatch watch = watch("owner");
        Thread.sleep(TIMEOUT.multipliedBy(2).toMillis());
        producer.commitTransaction();

        // Then
        assertThat(read(1)).containsExactly("slow");
        assertThat(watch.problem()).isEmpty();
        assertThat(watch.ended(Verdict.ABORTED) + watch.ended(Verdict.COMMITTED))
                .isZero();
    }

    @Test
    void shouldSayWhereAReaderStandsThoughThereIsMoreAndWhyAndThatItGoesOn() throws Exception {
        // Given: a reader at the first offset, which a transaction keeps
        Producer<byte[], byte[]> producer = clients("owner").transactionalProducer("other-" + UUID.randomUUID());
        open.add(producer);
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, bytes("slow"))).get();
        StreamWatch watch = watch("owner");

        // When
        await("a problem").until(() -> {
            waiting = at(OptionalLong.of(0));
            return watch.problem().isPresent();
        });

        // Then
        assertThat(watch.problem().orElseThrow())
                .matches(partition + ": nothing was read for \\d s from offset 0 on, though it ends at 1"
                        + "; a transaction is open in " + partition + " from offset 0 on \\(producer \\d+, epoch 0\\)");

        // When: it knows no place at all
        await("another problem").until(() -> {
            waiting = at(OptionalLong.empty());
            return watch.problem()
                    .filter(text -> text.matches(partition + ": for \\d s Kafka has not told where to read on.*"))
                    .isPresent();
        });

        // When: it has read all
        producer.commitTransaction();
        await("no problem").until(() -> {
            waiting = at(OptionalLong.of(2));
            return watch.problem().isEmpty();
        });
    }

    @Test
    void shouldSayThatKafkaDoesNotAnswer() throws Exception {
        // Given
        StreamWatch watch = watch("owner");
        try {
            // When
            broker.hang();

            // Then
            await("a problem")
                    .until(() -> watch.problem()
                            .filter(text -> text.startsWith("Kafka does not answer: "))
                            .isPresent());
        } finally {
            broker.resume();
        }
        await("no problem").until(() -> watch.problem().isEmpty());
    }

    private Waiting at(OptionalLong position) {
        return new Waiting(Map.of(partition, position), System.nanoTime());
    }

    private StreamWatch watch(String user) {
        StreamWatch watch = new StreamWatch(
                clients(user), Watched.group("tested", group, topic::equals, TIMEOUT), admin -> waiting);
        open.add(watch);
        watch.start();
        return watch;
    }

    private KafkaClients clients(String user) {
        return new KafkaClients(as(user));
    }

    private static Map<String, Object> as(String user) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("request.timeout.ms", 3000);
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "PLAIN");
        settings.put("sasl.jaas.config", LOGIN + " username=\"" + user + "\" password=\"" + user.charAt(0) + "\";");
        return settings;
    }

    /**
     * Writes a record as of a transaction that its coordinator has never heard of, which older clients can.
     *
     * @return the producer's id
     */
    private long hang(String transactionalId, String value) throws Exception {
        try (Producer<byte[], byte[]> producer = clients("owner").transactionalProducer(transactionalId)) {
            producer.initTransactions();
        }
        try (Admin admin = Admin.create(as("owner"))) {
            TransactionDescription producer = admin.describeTransactions(List.of(transactionalId))
                    .description(transactionalId)
                    .get();
            Node leader = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .get(0)
                    .leader();
            MemoryRecords records = MemoryRecords.withTransactionalRecords(
                    Compression.NONE,
                    producer.producerId(),
                    (short) producer.producerEpoch(),
                    0,
                    new SimpleRecord(System.currentTimeMillis(), null, bytes(value)));
            ProduceRequestData request = new ProduceRequestData()
                    .setAcks((short) -1)
                    .setTimeoutMs(3000)
                    .setTransactionalId(transactionalId)
                    .setTopicData(new TopicProduceDataCollection(List.of(new TopicProduceData()
                                    .setName(topic)
                                    .setPartitionData(List.of(new PartitionProduceData()
                                            .setIndex(0)
                                            .setRecords(records))))
                            .iterator()));
            ProduceResponse response =
                    (ProduceResponse) BrokerRequest.send(as("owner"), leader, ProduceRequest.builder(request, true));
            assertThat(response.errorCounts()).containsOnlyKeys(Errors.NONE);
            return producer.producerId();
        }
    }

    private void send(String value) throws Exception {
        try (Producer<byte[], byte[]> producer = clients("owner").producer()) {
            producer.send(new ProducerRecord<>(topic, bytes(value))).get();
        }
    }

    private List<String> read(int count) {
        List<String> values = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = clients("owner").reader()) {
            consumer.assign(List.of(partition));
            await(count + " records").until(() -> {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
                return values.size() >= count;
            });
        }
        return values;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
