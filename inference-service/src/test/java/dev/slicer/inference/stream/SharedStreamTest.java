package dev.slicer.inference.stream;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.Topics;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.TestInference;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.testbroker.TestBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instances that share six partitions, come and go while documents keep coming, and what that costs. */
@Timeout(180)
class SharedStreamTest {
    private static final int PARTITIONS = 6;
    private static final int KEYS = 60;
    private static final String NUMBER = "number";
    private static final int BATCH = 16;
    private static final Duration PASS = Duration.ofMillis(150);

    @TempDir
    private static Path folder;

    private static TestBroker broker;

    private final Topics topics = new Topics(UUID.randomUUID() + ".");
    private final Clock clock = Clock.systemUTC();
    private final KafkaEvents events = new KafkaEvents(URI.create("/slicer/test"), clock);
    private final KafkaClients clients = new KafkaClients(settings());
    private final List<Instance> instances = new ArrayList<>();

    @BeforeAll
    static void startBroker() {
        // A second between heartbeats, and not five, so that changes are known sooner.
        broker = TestBroker.start(
                folder,
                Map.of(
                        "group.consumer.min.heartbeat.interval.ms", "1000",
                        "group.consumer.heartbeat.interval.ms", "1000"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws Exception {
        try (Admin admin = clients.admin()) {
            admin.createTopics(topics.all().stream()
                            .map(topic -> new NewTopic(topic.name(), PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        instances.forEach(Instance::close);
    }

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void shouldTagOnceWhatAnInstanceKeepsWhenOthersJoinAndLeave(GroupProtocol protocol) throws Exception {
        try (Load load = new Load(Duration.ofMillis(8))) {
            // Given
            Instance first = begin("first", protocol);
            Silence alone = new Silence("alone", load, 1500);

            // When
            Instance second = begin("second", protocol);
            Silence joined = new Silence("a second joins", load, 3000);
            Instance third = begin("third", protocol);
            Silence joinedAgain = new Silence("a third joins", load, 3000);
            second.close();
            Silence left = new Silence("the second leaves", load, 3000);

            // Then
            int documents = load.end();
            List<ConsumerRecord<byte[], byte[]>> answers = answers(documents);
            assertEachOnceAndInOrder(answers, documents);
            List.of(alone, joined, joinedAgain, left)
                    .forEach(silence -> System.out.printf(
                            "%s, %s: %d ms between two answers of a partition at most%n",
                            protocol, silence.what(), silence.longest(answers)));
            Map<TopicPartition, Set<String>> owners = new HashMap<>();
            Map<Place, Integer> tagged = new HashMap<>();
            for (Instance instance : List.of(first, second, third)) {
                instance.begun().forEach((place, times) -> {
                    owners.computeIfAbsent(place.partition(), any -> new HashSet<>())
                            .add(instance.name());
                    tagged.merge(place, times.get(), Integer::sum);
                });
            }
            List<Place> repeated = tagged.keySet().stream()
                    .filter(place -> tagged.get(place) > 1)
                    .toList();
            System.out.printf(
                    "%s: %d of %d documents were tagged again; partitions %s%n",
                    protocol, repeated.size(), documents, owners);
            // A partition that was never lost costs nothing.
            assertThat(owners.values()).anySatisfy(names -> assertThat(names).containsExactly("first"));
            assertThat(repeated)
                    .allSatisfy(place -> assertThat(owners.get(place.partition()))
                            .as("%s", place)
                            .hasSizeGreaterThan(1));
            // What the others cost is what was in flight of them when they were lost.
            assertThat(repeated.size()).isLessThanOrEqualTo(3 * 2 * BATCH);
        }
    }

    /** As a rolling upgrade does it, and one that is taken back. */
    @Test
    void shouldChangeTheProtocolOneInstanceAfterTheOtherAndBack() throws Exception {
        try (Load load = new Load(Duration.ofMillis(8))) {
            // Given
            Instance first = begin("first", GroupProtocol.CLASSIC);
            Instance second = begin("second", GroupProtocol.CLASSIC);
            awaitAnswers(load);
            assertThat(type()).isEqualTo(GroupType.CLASSIC);

            // When
            first.close();
            Instance third = begin("third", GroupProtocol.CONSUMER);
            awaitAnswers(load);
            assertThat(type()).isEqualTo(GroupType.CONSUMER);
            second.close();
            Instance fourth = begin("fourth", GroupProtocol.CONSUMER);
            awaitAnswers(load);
            third.close();
            begin("fifth", GroupProtocol.CLASSIC);
            awaitAnswers(load);
            fourth.close();
            awaitAnswers(load);

            // Then
            assertThat(type()).isEqualTo(GroupType.CLASSIC);
            int documents = load.end();
            assertEachOnceAndInOrder(answers(documents), documents);
        }
    }

    private record Place(TopicPartition partition, long offset) {}

    /** A time in which something happens, and what readers of the answers see of it. */
    private record Silence(String what, long from, long until) {
        Silence(String what, Load load, long millis) throws InterruptedException {
            this(what, System.currentTimeMillis(), System.currentTimeMillis() + millis);
            Thread.sleep(millis);
            assertThat(load.sent()).isPositive();
        }

        long longest(List<ConsumerRecord<byte[], byte[]>> answers) {
            Map<Integer, Long> last = new HashMap<>();
            long longest = 0;
            for (ConsumerRecord<?, ?> answer : answers) {
                long before = last.getOrDefault(answer.partition(), answer.timestamp());
                if (answer.timestamp() >= from && before <= until) {
                    longest = Math.max(longest, answer.timestamp() - before);
                }
                last.put(answer.partition(), answer.timestamp());
            }
            return longest;
        }
    }

    /** The service's stream with a model that takes its time, and what it has begun to tag. */
    private final class Instance implements AutoCloseable {
        private final String name;
        private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        private final TestInference inference;
        private final DocumentStream stream;
        private final Map<Place, AtomicInteger> begun = new ConcurrentHashMap<>();

        Instance(String name, GroupProtocol protocol) {
            this.name = name;
            this.inference = new TestInference((checkpoint, modelId) -> new FakeTagger(modelId, PASS), clock, registry);
            inference.model().load("model", () -> ModelFiles.in(folder));
            DocumentWork work = inference.served(topics, events, clients.sizes(), 10_000);
            this.stream = new DocumentStream(
                    clients,
                    new StreamSettings(
                            "document",
                            topics.documents(),
                            Set.of(topics.entities(), topics.deadLetters()),
                            group(),
                            group() + "-" + name,
                            protocol,
                            BATCH,
                            100_000,
                            2,
                            Duration.ofSeconds(30)),
                    new DocumentWork() {
                        @Override
                        public boolean awaitReady(Duration timeout) throws InterruptedException {
                            return work.awaitReady(timeout);
                        }

                        @Override
                        public AnsweredBatch answer(List<ConsumerRecord<byte[], byte[]>> records)
                                throws InterruptedException {
                            records.forEach(record -> begun.computeIfAbsent(
                                            new Place(Batch.partition(record), record.offset()),
                                            any -> new AtomicInteger())
                                    .incrementAndGet());
                            return work.answer(records);
                        }

                        @Override
                        public void committed(AnsweredBatch batch, Duration commit) {
                            work.committed(batch, commit);
                        }
                    },
                    inference.metrics(),
                    clock);
            stream.start();
        }

        String name() {
            return name;
        }

        Map<Place, AtomicInteger> begun() {
            return begun;
        }

        @Override
        public void close() {
            stream.close();
            inference.close();
        }
    }

    /** Documents at a steady pace, each with its number as a header. */
    private final class Load implements AutoCloseable {
        private final Producer<byte[], byte[]> producer = clients.producer();
        private final AtomicInteger sent = new AtomicInteger();
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

        Load(Duration every) {
            timer.scheduleAtFixedRate(this::send, 0, every.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void send() {
            int number = sent.getAndIncrement();
            ProducerRecord<byte[], byte[]> record = events.write(
                    topics.documents(),
                    new DocumentEvent("key-" + number % KEYS, "Maathai", Optional.of("sw"), List.of()));
            record.headers().add(NUMBER, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
            producer.send(record);
        }

        int sent() {
            return sent.get();
        }

        int end() throws InterruptedException {
            timer.shutdown();
            timer.awaitTermination(1, TimeUnit.MINUTES);
            producer.flush();
            return sent.get();
        }

        @Override
        public void close() {
            timer.shutdownNow();
            producer.close(Duration.ofSeconds(5));
        }
    }

    private Instance begin(String name, GroupProtocol protocol) {
        Instance instance = new Instance(name, protocol);
        instances.add(instance);
        await(name + " to have documents to tag").until(() -> !instance.begun().isEmpty());
        return instance;
    }

    /** All that was sent until now is answered. */
    private void awaitAnswers(Load load) {
        answers(load.sent());
    }

    private static void assertEachOnceAndInOrder(List<ConsumerRecord<byte[], byte[]>> answers, int documents) {
        Map<String, List<Integer>> numbers = new HashMap<>();
        answers.forEach(answer -> numbers.computeIfAbsent(
                        new String(answer.key(), StandardCharsets.UTF_8), key -> new ArrayList<>())
                .add(Integer.parseInt(
                        new String(answer.headers().lastHeader(NUMBER).value(), StandardCharsets.UTF_8))));
        assertThat(numbers).hasSize(KEYS).allSatisfy((key, found) -> {
            int first = Integer.parseInt(key.replace("key-", ""));
            assertThat(found)
                    .containsExactlyElementsOf(IntStream.iterate(first, i -> i < documents, i -> i + KEYS)
                            .boxed()
                            .toList());
        });
    }

    /** What a reader of committed records sees once there are that many, and a little later. */
    private List<ConsumerRecord<byte[], byte[]>> answers(int atLeast) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = clients.reader()) {
            consumer.assign(IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topics.entities(), partition))
                    .toList());
            await(atLeast + " answers").until(() -> {
                // All that is there: a poll has few, and there are thousands.
                boolean more = true;
                while (more && found.size() < atLeast) {
                    int before = found.size();
                    consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                    more = found.size() > before;
                }
                return found.size() >= atLeast;
            });
            consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
        }
        return found;
    }

    private GroupType type() throws Exception {
        try (Admin admin = clients.admin()) {
            return admin.listGroups().all().get().stream()
                    .filter(listed -> listed.groupId().equals(group()))
                    .findFirst()
                    .flatMap(GroupListing::type)
                    .orElseThrow();
        }
    }

    private String group() {
        return topics.prefix() + "inference";
    }

    private static Map<String, Object> settings() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
