package dev.slicer.service.channels;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slicer.events.envelope.RecordSize;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.testbroker.TestBroker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.ConnectorLiteral;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What whole topics are read with, on a real broker: all of them, no group, and a barrier that knows what is handled. */
@QuarkusTest
@TestProfile(WholeChannelsTest.OneChannel.class)
@QuarkusTestResource(value = WholeChannelsTest.Broker.class, restrictToAnnotatedClass = true)
@Timeout(120)
class WholeChannelsTest {
    private static final String TOPIC = "whole";
    private static final String GROWING = "growing";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration AT_ONCE = Duration.ofMillis(700);

    public static class OneChannel implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>();
            settings.put("quarkus.application.name", "whole-channels");
            settings.put("slicer.topics.create", "false");
            settings.put("quarkus.http.test-port", "0");
            settings.put("quarkus.devservices.enabled", "false");
            settings.put("kafka.request.timeout.ms", "2000");
            settings.put("kafka.delivery.timeout.ms", "3000");
            settings.put("kafka.max.block.ms", "3000");
            settings.put("kafka.metadata.max.age.ms", "1000");
            settings.put("mp.messaging.incoming.whole-in.connector", "smallrye-kafka");
            settings.put("mp.messaging.incoming.whole-in.topic", TOPIC);
            settings.put("mp.messaging.incoming.whole-in.assign-seek", "0:0");
            settings.put("mp.messaging.incoming.whole-in.commit-strategy", "ignore");
            settings.put("mp.messaging.incoming.whole-in.failure-strategy", "ignore");
            settings.put("mp.messaging.incoming.growing-in.connector", "smallrye-kafka");
            settings.put("mp.messaging.incoming.growing-in.topic", GROWING);
            settings.put("mp.messaging.incoming.growing-in.assign-seek", "0:0");
            settings.put("mp.messaging.incoming.growing-in.commit-strategy", "ignore");
            settings.put("mp.messaging.incoming.growing-in.failure-strategy", "ignore");
            settings.put("mp.messaging.incoming.growing-in.batch", "true");
            settings.put("mp.messaging.outgoing.whole-out.connector", "smallrye-kafka");
            settings.put("mp.messaging.outgoing.whole-out.topic", TOPIC);
            settings.put("mp.messaging.outgoing.whole-out.lazy-client", "true");
            return settings;
        }
    }

    /** A broker that the test can hold up. */
    public static final class Broker implements QuarkusTestResourceLifecycleManager {
        private TestBroker broker;

        @Override
        public Map<String, String> start() {
            try {
                Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "whole-channels");
                broker = TestBroker.start(folder.toAbsolutePath());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1), new NewTopic(GROWING, 2, (short) 1)))
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
            }
            try (Producer<byte[], byte[]> producer =
                    new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers())).producer()) {
                for (int i = 0; i < 2_000; i++) {
                    byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                    producer.send(new ProducerRecord<>(GROWING, i % 2, null, value));
                }
            }
            return Map.of("kafka.bootstrap.servers", broker.bootstrapServers());
        }

        @Override
        public void inject(TestInjector tests) {
            tests.injectIntoFields(broker, new TestInjector.MatchesType(TestBroker.class));
        }

        @Override
        public void stop() {
            broker.close();
        }
    }

    @Singleton
    static class Whole {
        private final List<String> handled = new CopyOnWriteArrayList<>();
        private final Semaphore mayHandle = new Semaphore(Integer.MAX_VALUE);
        private final WholeChannels channels;

        @Inject
        Whole(Channels channels) {
            this.channels = channels.whole(Map.of("whole-in", TOPIC), this::handle);
        }

        @Incoming("whole-in")
        @Blocking
        void read(ConsumerRecord<byte[], byte[]> record) {
            channels.handle(record);
        }

        private void handle(ConsumerRecord<byte[], byte[]> record) {
            mayHandle.acquireUninterruptibly();
            String value = new String(record.value(), StandardCharsets.UTF_8);
            if (value.startsWith("fault")) {
                throw new IllegalStateException("a fault of the handler's");
            }
            handled.add(value);
        }
    }

    @Singleton
    static class Growing {
        private final List<Integer> handled = new CopyOnWriteArrayList<>();
        private final WholeChannels channels;

        @Inject
        Growing(Channels channels) {
            this.channels = channels.whole(Map.of("growing-in", GROWING), Map.of("growing-in", 10), this::handle);
        }

        @Incoming("growing-in")
        @Blocking
        void read(ConsumerRecords<byte[], byte[]> records) {
            records.forEach(channels::handle);
        }

        private void handle(ConsumerRecord<byte[], byte[]> record) {
            handled.add(Integer.valueOf(new String(record.value(), StandardCharsets.UTF_8)));
        }
    }

    @Inject
    Whole whole;

    @Inject
    Growing growing;

    @Inject
    KafkaClients clients;

    @Inject
    RecordSizes sizes;

    @Inject
    Channels channels;

    @Inject
    @Channel("whole-out")
    MutinyEmitter<ProducerRecord<byte[], byte[]>> out;

    @Inject
    @Any
    Instance<KafkaConnector> connectors;

    TestBroker broker;

    @BeforeEach
    void start() {
        whole.channels.start();
    }

    @AfterEach
    void stop() throws Exception {
        broker.resume();
        whole.mayHandle.release(Integer.MAX_VALUE - whole.mayHandle.availablePermits());
        whole.channels.close();
    }

    @Test
    void shouldHaveHandledAllThatTheTopicHoldsWhenItHasCaughtUp() {
        // Given
        write(0, "a-1", "a-2");
        write(1, "a-3");

        // When
        whole.channels.awaitCaughtUp(LIMIT);

        // Then
        assertThat(whole.handled).contains("a-1", "a-2", "a-3");
        await("the beginning to be read").until(whole.channels::hasCaughtUp);
    }

    @Test
    void shouldPassOverTheBeginningOfATopicOfWhichTheNewestRecordsMatter() {
        // When
        growing.channels.start();
        growing.channels.awaitCaughtUp(LIMIT);
        growing.channels.close();

        // Then
        assertThat(growing.handled).filteredOn(number -> number % 2 == 1).containsExactly(1991, 1993, 1995, 1997, 1999);
        // The connector may have begun with the first partition before.
        assertThat(growing.handled).filteredOn(number -> number % 2 == 0).endsWith(1990, 1992, 1994, 1996, 1998);
    }

    @Test
    void shouldNotBeCaughtUpWhileARecordIsBeingHandledOrWaitsInTheConnectorsQueue() {
        // Given
        whole.channels.awaitCaughtUp(LIMIT);
        whole.mayHandle.drainPermits();
        write(0, "b-1", "b-2", "b-3");

        // When
        CompletableFuture<Void> caughtUp = whole.channels.caughtUp();
        whole.mayHandle.release(2);
        await("two records").until(() -> whole.handled.contains("b-2"));

        // Then
        assertThat(caughtUp).isNotDone();
        whole.mayHandle.release(1);
        await("the third record").until(caughtUp::isDone);
        assertThat(whole.handled).contains("b-3");
    }

    @Test
    void shouldCatchUpBehindTransactionsThatWereAborted() {
        // Given: nothing that is read comes after a marker and records of an aborted transaction
        write(0, "c-1");
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer("whole-channels-test")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(0, "aborted"));
            producer.flush();
            producer.abortTransaction();
        }

        // When
        whole.channels.awaitCaughtUp(LIMIT);

        // Then
        assertThat(whole.handled).contains("c-1").doesNotContain("aborted");
    }

    @Test
    void shouldGoOnBehindARecordThatItFailsOn() {
        // When
        write(0, "fault", "d-1");
        whole.channels.awaitCaughtUp(LIMIT);

        // Then
        assertThat(whole.handled).contains("d-1");
        assertThat(live()).isTrue();
    }

    @Test
    void shouldReadPartitionsThatAreAddedLater() {
        // Given
        try (Admin admin = clients.admin()) {
            admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(3)))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }

        // When
        write(2, "e-1");

        // Then
        await("the third partition").until(() -> whole.handled.contains("e-1"));
        whole.channels.awaitHandled(Map.of(new TopicPartition(TOPIC, 2), 1L), LIMIT);
    }

    @Test
    void shouldReturnWhenARecordIsWrittenAndWaitForItByItsPlace() {
        // When
        RecordMetadata place = channels.sender(out).send(record(1, "f-1"));
        whole.channels.awaitHandled(
                Map.of(new TopicPartition(place.topic(), place.partition()), place.offset() + 1), LIMIT);

        // Then
        assertThat(whole.handled).contains("f-1");
        assertThatThrownBy(() -> whole.channels.awaitHandled(
                        Map.of(new TopicPartition(place.topic(), place.partition()), place.offset() + 2), AT_ONCE))
                .isInstanceOf(KafkaException.class)
                .hasMessage("reading [whole] takes longer than PT0.7S");
    }

    @Test
    void shouldJoinNoGroupAndCommitNothing() {
        // Given
        whole.channels.awaitCaughtUp(LIMIT);

        // Then
        try (Admin admin = clients.admin()) {
            assertThat(admin.listGroups()
                            .all()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join())
                    .isEmpty();
        }
    }

    @Test
    void shouldGoOnWhereItWasWhenABrokerWasAwayAndBeAliveMeanwhile() throws Exception {
        // Given
        write(0, "g-1");
        whole.channels.awaitCaughtUp(LIMIT);
        List<String> before = List.copyOf(whole.handled);

        // When
        broker.hang();
        await("the broker to be away").until(() -> {
            Throwable failure = catchThrowable(() -> channels.sender(out).send(record(0, "g-lost")));
            return failure instanceof KafkaException && failure.getMessage().contains("cannot write to topic whole");
        });
        assertThatThrownBy(() -> whole.channels.awaitCaughtUp(AT_ONCE)).isInstanceOf(KafkaException.class);
        assertThat(live()).isTrue();
        broker.resume();
        channels.sender(out).send(record(0, "g-2"));

        // Then
        await("the record behind").until(() -> whole.handled.contains("g-2"));
        assertThat(whole.handled.subList(0, before.size())).isEqualTo(before);
        assertThat(whole.handled).containsOnlyOnce("g-1", "g-2");
        assertThat(live()).isTrue();
    }

    @Test
    void shouldLearnHowLargeRecordsMayBe() {
        // Given: a topic that takes records of a megabyte, as Kafka makes them
        byte[] large = new byte[RecordSize.MAX_BYTES / 2];

        // When
        assertThatThrownBy(() -> channels.sender(out).send(new ProducerRecord<>(TOPIC, 0, null, large)))
                .isInstanceOf(KafkaException.class);

        // Then
        assertThat(sizes.limit(TOPIC)).isLessThan(large.length);
        channels.sender(out).send(record(0, "h-1"));
    }

    private boolean live() {
        return connectors
                .select(ConnectorLiteral.of(KafkaConnector.CONNECTOR_NAME))
                .get()
                .getLiveness()
                .isOk();
    }

    private void write(int partition, String... values) {
        try (Producer<byte[], byte[]> producer = clients.producer()) {
            for (String value : values) {
                producer.send(record(partition, value));
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, String value) {
        return new ProducerRecord<>(TOPIC, partition, null, value.getBytes(StandardCharsets.UTF_8));
    }
}
