package dev.slicer.inference.stream;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.LocalCluster;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Topics;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.TestInference;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions that hang, made as Kafka 4.3 makes them: a transaction is decided while a partition that it wrote to has no
 * leader. Starts three brokers and stops one, which takes a minute.
 */
@Timeout(300)
class HangingTransactionsTest {
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final int DOCUMENTS = 3;
    /** The node that goes away. */
    private static final int DOOMED = 3;

    private static final String OFFSETS = "__consumer_offsets";

    @TempDir
    private Path folder;

    private final ExecutorService atOnce = Executors.newCachedThreadPool();
    private final Clock clock = Clock.systemUTC();
    private final KafkaEvents events = new KafkaEvents(URI.create("/slicer/test"), clock);

    /** Where the partition is that gets no marker. */
    private enum Hanging {
        ANSWERS,
        OFFSETS,
        BOTH
    }

    /**
     * A transaction of an instance that has answered the first document.
     *
     * @param sameId whether the instance comes back
     */
    private record Scenario(Topics topics, Hanging hanging, boolean committed, boolean sameId) {
        String group() {
            return topics.prefix() + "inference";
        }

        String lostId() {
            return group() + "-lost";
        }
    }

    @AfterEach
    void stop() {
        atOnce.shutdownNow();
    }

    @Test
    void shouldLoseAndRepeatNothingWhateverHangsAndHoweverItWasDecided() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(folder)) {
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers",
                    cluster.bootstrapServers(),
                    "request.timeout.ms",
                    5000,
                    "transaction.timeout.ms",
                    Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
            KafkaClients clients = new KafkaClients(settings);
            try (Admin admin = clients.admin()) {
                // Given
                int doomedOffsets = offsetsOnDoomedNode(admin, clients);
                List<Scenario> scenarios = List.of(
                        scenario(Hanging.ANSWERS, true, false, doomedOffsets),
                        scenario(Hanging.ANSWERS, false, false, doomedOffsets),
                        scenario(Hanging.ANSWERS, false, true, doomedOffsets),
                        scenario(Hanging.OFFSETS, true, false, doomedOffsets),
                        scenario(Hanging.OFFSETS, false, false, doomedOffsets),
                        scenario(Hanging.BOTH, true, true, doomedOffsets));
                Map<Scenario, Producer<byte[], byte[]>> producers = new HashMap<>();
                for (Scenario scenario : scenarios) {
                    createTopics(admin, scenario);
                    producers.put(scenario, answerTheFirst(clients, scenario));
                }
                cluster.kill(DOOMED);
                awaitLeaderless(admin, scenarios.get(0).topics().entities());
                producers.forEach((scenario, producer) -> {
                    if (scenario.committed()) {
                        producer.commitTransaction();
                    } else {
                        producer.abortTransaction();
                    }
                    producer.close(Duration.ofSeconds(1));
                });
                cluster.restart(DOOMED);

                for (Scenario scenario : scenarios) {
                    // This Kafka leaves them behind; one that does not needs another way to make them.
                    assertThat(isOpen(admin, scenario, doomedOffsets))
                            .as("%s hangs", scenario)
                            .isTrue();
                }

                // When
                CompletableFuture<?>[] all = scenarios.stream()
                        .map(scenario -> CompletableFuture.runAsync(() -> answerTheRest(settings, scenario), atOnce))
                        .toArray(CompletableFuture[]::new);
                CompletableFuture.allOf(all).join();
            }
        }
    }

    private void answerTheRest(Map<String, Object> settings, Scenario scenario) {
        MeterRegistry registry = new SimpleMeterRegistry();
        TestInference inference =
                new TestInference((checkpoint, modelId) -> new FakeTagger(modelId, Duration.ZERO), clock, registry);
        inference.model().load("found", () -> ModelFiles.in(folder));
        Instant start = Instant.now();
        try (DocumentStream stream = stream(settings, scenario, registry, inference)) {
            stream.start();
            List<ConsumerRecord<byte[], byte[]>> answers = answers(settings, scenario);
            Duration took = Duration.between(start, Instant.now());
            System.out.printf("%s: all answered after %d ms%n", scenario, took.toMillis());

            // Then
            assertThat(took)
                    .as("%s", scenario)
                    .isLessThan(scenario.sameId() ? TRANSACTION_TIMEOUT : TRANSACTION_TIMEOUT.multipliedBy(2));
            assertThat(answers)
                    .as("%s", scenario)
                    .extracting(answer ->
                            KafkaEvents.read(answer, EntitiesEvent.class).documentId())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, DOCUMENTS).mapToObj(i -> "d" + i).toList());
            assertThat(answers)
                    .as("%s: who answered", scenario)
                    .extracting(answer ->
                            KafkaEvents.read(answer, EntitiesEvent.class).modelId())
                    .filteredOn("lost"::equals)
                    .hasSize(scenario.committed() ? 1 : 0);
            await("a running stream").until(() -> stream.status().state() == StreamStatus.State.RUNNING);
            assertThat(registry
                            .get("slicer.stream.hanging.transactions.ended")
                            .tag("outcome", scenario.committed() ? "committed" : "aborted")
                            .functionCounters()
                            .stream()
                            .mapToDouble(FunctionCounter::count)
                            .sum())
                    .as("%s: transactions ended", scenario)
                    .isEqualTo(scenario.hanging() == Hanging.BOTH ? 2 : 1);
        } finally {
            inference.close();
        }
    }

    private static Scenario scenario(Hanging hanging, boolean committed, boolean sameId, int doomedOffsets) {
        String name =
                (hanging + (committed ? "-committed" : "-aborted") + (sameId ? "-again" : "")).toLowerCase(Locale.ROOT);
        boolean onDoomed = hanging != Hanging.ANSWERS;
        return IntStream.range(0, 1000)
                .mapToObj(i -> new Scenario(new Topics(name + i + "."), hanging, committed, sameId))
                .filter(scenario -> offsetsPartition(scenario.group()) == doomedOffsets == onDoomed)
                .findFirst()
                .orElseThrow();
    }

    private static int offsetsPartition(String group) {
        return Utils.abs(group.hashCode()) % 4;
    }

    /** Has one of the partitions of offsets be on the doomed node alone. */
    private static int offsetsOnDoomedNode(Admin admin, KafkaClients clients) throws Exception {
        try (Consumer<byte[], byte[]> member = clients.member("anybody", 1)) {
            member.subscribe(List.of("nothing"));
            await("a group").until(() -> {
                member.poll(Duration.ofMillis(100));
                return isThere(admin);
            });
        }
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, OFFSETS), (Collection<
                                AlterConfigOp>)
                        List.of(new AlterConfigOp(
                                new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1"),
                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
        int partition = 0;
        admin.alterPartitionReassignments(Map.of(
                        new TopicPartition(OFFSETS, partition),
                        Optional.of(new NewPartitionReassignment(List.of(DOOMED)))))
                .all()
                .get();
        await("offsets on one node").until(() -> {
            try {
                return admin.describeTopics(List.of(OFFSETS)).allTopicNames().get().get(OFFSETS).partitions().stream()
                        .filter(description -> description.partition() == partition)
                        .allMatch(description -> description.replicas().size() == 1
                                && description.leader() != null
                                && description.leader().id() == DOOMED);
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        });
        return partition;
    }

    private static boolean isThere(Admin admin) {
        try {
            return admin.describeTopics(List.of(OFFSETS)).allTopicNames().get().containsKey(OFFSETS);
        } catch (ExecutionException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void createTopics(Admin admin, Scenario scenario) throws Exception {
        Topics topics = scenario.topics();
        List<Integer> answers = scenario.hanging() == Hanging.OFFSETS ? List.of(1, 2) : List.of(DOOMED);
        admin.createTopics(List.of(
                        new NewTopic(topics.documents(), Map.of(0, List.of(1, 2, 3))),
                        new NewTopic(topics.deadLetters(), Map.of(0, List.of(1, 2, 3))),
                        new NewTopic(topics.entities(), Map.of(0, answers))
                                .configs(Map.of(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1"))))
                .all()
                .get();
    }

    private Producer<byte[], byte[]> answerTheFirst(KafkaClients clients, Scenario scenario) throws Exception {
        Topics topics = scenario.topics();
        try (Producer<byte[], byte[]> documents = clients.producer()) {
            for (int i = 0; i < DOCUMENTS; i++) {
                documents
                        .send(events.write(
                                topics.documents(),
                                new DocumentEvent("d" + i, "Maathai", Optional.of("sw"), List.of())))
                        .get();
            }
        }
        Producer<byte[], byte[]> producer = clients.transactionalProducer(scenario.lostId());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(events.write(
                topics.entities(),
                new EntitiesEvent(
                        "d0",
                        Optional.empty(),
                        Optional.empty(),
                        "lost",
                        clock.instant(),
                        List.of(),
                        Optional.empty())));
        try (Consumer<byte[], byte[]> nobody = clients.member(scenario.group(), 1)) {
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topics.documents(), 0), new OffsetAndMetadata(1)),
                    nobody.groupMetadata());
        }
        producer.flush();
        return producer;
    }

    private static void awaitLeaderless(Admin admin, String topic) {
        await("a partition without leader").until(() -> {
            try {
                return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                        .allMatch(partition ->
                                partition.leader() == null || partition.leader().isEmpty());
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static boolean isOpen(Admin admin, Scenario scenario, int doomedOffsets) throws Exception {
        Set<TopicPartition> partitions = Set.of(
                scenario.hanging() == Hanging.OFFSETS
                        ? new TopicPartition(OFFSETS, doomedOffsets)
                        : new TopicPartition(scenario.topics().entities(), 0));
        return admin.describeProducers(partitions).all().get().values().stream()
                .flatMap(state -> state.activeProducers().stream())
                .anyMatch(producer -> producer.currentTransactionStartOffset().isPresent());
    }

    private DocumentStream stream(
            Map<String, Object> settings, Scenario scenario, MeterRegistry registry, TestInference inference) {
        Topics topics = scenario.topics();
        KafkaClients clients = new KafkaClients(settings);
        return new DocumentStream(
                clients,
                new StreamSettings(
                        "document",
                        topics.documents(),
                        Set.of(topics.entities(), topics.deadLetters()),
                        scenario.group(),
                        scenario.sameId() ? scenario.lostId() : scenario.group() + "-other",
                        GroupProtocol.CLASSIC,
                        16,
                        100_000,
                        2,
                        Duration.ofSeconds(20)),
                inference.served(topics, events, clients.sizes(), 1000),
                inference.metrics(),
                clock);
    }

    /** What a reader of committed records sees once there are as many as documents, and a little later. */
    private static List<ConsumerRecord<byte[], byte[]>> answers(Map<String, Object> settings, Scenario scenario) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        Instant end = Instant.now().plus(TRANSACTION_TIMEOUT.multipliedBy(4));
        try (Consumer<byte[], byte[]> consumer = new KafkaClients(settings).reader()) {
            consumer.assign(List.of(new TopicPartition(scenario.topics().entities(), 0)));
            while (found.size() < DOCUMENTS) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                assertThat(Instant.now())
                        .as("%s: %d of %d answers", scenario, found.size(), DOCUMENTS)
                        .isBefore(end);
            }
            consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
        }
        return found;
    }
}
