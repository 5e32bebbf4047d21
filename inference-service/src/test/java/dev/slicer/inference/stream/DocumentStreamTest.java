package dev.slicer.inference.stream;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EntitiesEvent.SubTokenCount;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.TestInference;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.ClientMetrics;
import dev.slicer.testbroker.TestBroker;
import dev.slicer.text.Word;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentStreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int PARTITIONS = 3;
    private static final int MAX_TEXT_LENGTH = 1000;
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @TempDir
    private static Path folder;

    private static TestBroker broker;

    private final Topics topics = new Topics(UUID.randomUUID() + ".");
    private final Clock clock = Clock.systemUTC();
    private final KafkaEvents events = new KafkaEvents(URI.create("/slicer/test"), clock);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<TestInference> inferences = new ArrayList<>();

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void stopEngines() {
        inferences.forEach(TestInference::close);
    }

    @BeforeEach
    void createTopics() throws Exception {
        try (Admin admin = Admin.create(common())) {
            admin.createTopics(topics.all().stream()
                            .map(topic -> new NewTopic(topic.name(), PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
    }

    @Test
    void shouldAnswerEachDocumentOnceAndMovePoisonAsideWithItsReason() throws Exception {
        // Given
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        IntStream.range(0, 100).forEach(i -> sent.add(document("key-" + i % 7, i)));
        Map<String, byte[]> poison = new HashMap<>();
        poison.put("not_json", "{\"id\":\"1\",".getBytes(StandardCharsets.UTF_8));
        poison.put("wrong_type", "{\"id\":\"1\",\"text\":5}".getBytes(StandardCharsets.UTF_8));
        poison.put("invalid_value", "{\"id\":\"1\"}".getBytes(StandardCharsets.UTF_8));
        poison.put("text_too_long", EventJson.write(event("1", "x".repeat(MAX_TEXT_LENGTH + 1))));
        poison.put("tagging_failed", EventJson.write(event("1", "poison")));
        int place = 10;
        for (Map.Entry<String, byte[]> one : poison.entrySet()) {
            sent.add(place += 10, raw(one.getKey(), one.getValue()));
        }
        sent.add(42, raw("not_json again", new byte[] {(byte) 0xff, 0x00, (byte) 0xfe}));
        sent.add(43, raw("not_json tombstone", null));
        ProducerRecord<byte[], byte[]> other = events.write(
                topics.documents(),
                new EntitiesEvent(
                        "1", Optional.empty(), Optional.empty(), "m", Instant.EPOCH, List.of(), Optional.empty()));
        sent.add(
                44,
                new ProducerRecord<>(
                        other.topic(), null, null, bytes("invalid_header"), other.value(), other.headers()));
        Map<String, RecordMetadata> places = send(sent);

        // When
        List<ConsumerRecord<byte[], byte[]>> entities;
        List<ConsumerRecord<byte[], byte[]>> letters;
        try (DocumentStream stream = stream(Duration.ZERO)) {
            stream.start();
            entities = read(topics.entities(), 100);
            letters = read(topics.deadLetters(), 8);
            assertThat(stream.isAlive()).isTrue();
        }

        // Then
        assertEachOnceAndInOrder(entities, 7, 100);
        assertThat(headers(entities.get(0)))
                .contains(
                        entry("traceparent", TRACE),
                        entry("tenant", "blue"),
                        entry("ce_type", "dev.slicer.entities-event.v1"));
        assertThat(letters).hasSize(8).allSatisfy(letter -> {
            String key = new String(letter.key(), StandardCharsets.UTF_8);
            assertThat(headers(letter))
                    .containsEntry("dead-letter-reason", key.replaceAll(" .*", ""))
                    .containsEntry("dead-letter-topic", topics.documents())
                    .containsEntry(
                            "dead-letter-partition",
                            Integer.toString(places.get(key).partition()))
                    .containsEntry(
                            "dead-letter-offset", Long.toString(places.get(key).offset()))
                    .containsKey("dead-letter-cause");
            assertThat(letter.value()).isEqualTo(poison.getOrDefault(key, letter.value()));
        });
        assertThat(registry.get("slicer.documents")
                        .tag("source", "kafka")
                        .tag("language", "sw")
                        .counter()
                        .count())
                .isEqualTo(100);
        assertThat(registry.get("slicer.dead.letters")
                        .tag("reason", "not_json")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    @SuppressWarnings("try") // One instance is closed before its time: that is the test.
    void shouldLoseAndRepeatNothingWhenInstancesComeAndGoAndTheBrokerCrashes(GroupProtocol protocol) throws Exception {
        // Given
        int documents = 600;
        send(IntStream.range(0, documents)
                .mapToObj(i -> document("key-" + i % 20, i))
                .toList());

        // When
        List<ConsumerRecord<byte[], byte[]>> entities;
        try (DocumentStream first = stream(Duration.ofMillis(400), protocol, Map.of());
                DocumentStream second = stream(Duration.ofMillis(400), protocol, Map.of());
                DocumentStream third = stream(Duration.ofMillis(50), protocol, Map.of())) {
            first.start();
            read(topics.entities(), 20);
            second.start();
            read(topics.entities(), 100);
            first.close();
            read(topics.entities(), 200);
            broker.kill();
            broker.restart();
            third.start();
            entities = read(topics.entities(), documents);
        }

        // Then
        assertEachOnceAndInOrder(entities, 20, documents);
        assertThat(read(topics.deadLetters(), 0)).isEmpty();
    }

    @Test
    void shouldWaitForModelAndStopAtOnceWhenThereIsNone() throws Exception {
        // Given
        DocumentStream stream = stream(inference(Duration.ZERO), GroupProtocol.CLASSIC, Map.of());

        // When
        stream.start();
        await("it to wait").until(() -> stream.status().state() == StreamStatus.State.WAITING_FOR_MODEL);
        stream.close();

        // Then
        assertThat(stream.status().state()).isEqualTo(StreamStatus.State.STOPPED);
        assertThat(stream.isAlive()).isFalse();
    }

    /** Slow processing must not make the consumer look dead. */
    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void shouldStayInTheGroupThoughABatchTakesLongerThanThePollInterval(GroupProtocol protocol) throws Exception {
        // Given: a pass of 2.5 s, an interval of 2 s
        int documents = 64;
        send(IntStream.range(0, documents)
                .mapToObj(i -> document("key-" + i % 5, i))
                .toList());

        // When
        List<ConsumerRecord<byte[], byte[]>> entities;
        try (DocumentStream stream = stream(
                Duration.ofMillis(2500), protocol, Map.of("max.poll.interval.ms", 2000, "session.timeout.ms", 6000))) {
            stream.start();
            entities = read(topics.entities(), documents);
            assertThat(stream.status().state()).isEqualTo(StreamStatus.State.RUNNING);
        }

        // Then: nobody was put out of the group, so nothing was tagged twice
        assertEachOnceAndInOrder(entities, 5, documents);
        assertThat(registry.get("slicer.stream.batches.dropped").counter().count())
                .isZero();
        assertThat(registry.get("slicer.stream.transactions.aborted").counter().count())
                .isZero();
    }

    /** Dead letters keep headers and trace ids. */
    @Test
    void shouldCarryHeadersAndTraceThroughToAnswersAndDeadLetters() throws Exception {
        // Given
        byte[] noText = {(byte) 0xff, 0x00};
        List<ProducerRecord<byte[], byte[]>> sent = List.of(
                document("key-0", 0),
                raw("not_json", noText),
                new ProducerRecord<>(topics.documents(), null, bytes("no key")),
                new ProducerRecord<>(
                        topics.documents(), null, EventJson.write(event("key-1", " Maathai without a key"))));
        for (ProducerRecord<byte[], byte[]> record : sent) {
            record.headers().remove("traceparent").remove("tenant");
            record.headers()
                    .add("traceparent", bytes(TRACE))
                    .add("tracestate", bytes("vendor=1"))
                    .add("baggage", bytes("user=7"))
                    .add("tenant", bytes("blue"))
                    .add("binary", noText);
        }
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(common(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : sent) {
                producer.send(record).get();
            }
        }

        // When
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (DocumentStream stream = stream(Duration.ZERO)) {
            stream.start();
            all.addAll(read(topics.entities(), 2));
            all.addAll(read(topics.deadLetters(), 2));
        }

        // Then
        assertThat(all).hasSize(4).allSatisfy(record -> {
            assertThat(headers(record))
                    .containsEntry("traceparent", TRACE)
                    .containsEntry("tracestate", "vendor=1")
                    .containsEntry("baggage", "user=7")
                    .containsEntry("tenant", "blue");
            assertThat(record.headers().lastHeader("binary").value()).isEqualTo(noText);
        });
        assertThat(all.subList(0, 2))
                .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("key-0", "key-1");
        assertThat(all.subList(2, 4))
                .extracting(record -> Optional.ofNullable(record.key()).isPresent())
                .containsExactlyInAnyOrder(true, false);
    }

    @Test
    void shouldMakeSmallBatchesOfLongTextsAndMeasureThem() throws Exception {
        // Given: records of 60 KB in batches of at most 100 KB
        String padding = "x".repeat(60_000);
        List<ProducerRecord<byte[], byte[]>> sent =
                IntStream.range(0, 6).mapToObj(i -> document("key-0", i)).toList();
        List<ProducerRecord<byte[], byte[]>> padded = sent.stream()
                .map(record -> new ProducerRecord<>(
                        record.topic(),
                        null,
                        null,
                        record.key(),
                        withField(record.value(), "padding", padding),
                        record.headers()))
                .toList();
        send(padded);

        // When
        List<ConsumerRecord<byte[], byte[]>> entities;
        try (DocumentStream stream = stream(Duration.ZERO)) {
            stream.start();
            entities = read(topics.entities(), 6);
            assertThat(registry.get("slicer.stream.commit").timer().count()).isEqualTo(6);
            assertThat(registry.find("kafka.consumer.fetch.manager.records.lag.max")
                            .meters())
                    .isNotEmpty();
            assertThat(registry.find("kafka.producer.txn.commit.time.ns.total").meters())
                    .isNotEmpty();
        }

        // Then
        assertEachOnceAndInOrder(entities, 1, 6);
        assertThat(registry.get("slicer.batch.documents").summary().max()).isEqualTo(1);
        assertThat(registry.get("slicer.batch.tokens")
                        .tag("lane", "bulk")
                        .summary()
                        .count())
                .isEqualTo(6);
        assertThat(registry.get("slicer.queue.wait").tag("lane", "bulk").timer().count())
                .isEqualTo(6);
        assertThat(registry.get("slicer.tagging.language.seconds")
                        .tag("language", "sw")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void shouldAnswerWithTheTagsOfSubTokensWhereADocumentAsksForThem() throws Exception {
        // Given: three documents of one batch, with words that ask, with words, and without words
        String text = "Maathai \u2603 alikuja";
        List<Word> words = List.of(new Word(0, 7), new Word(8, 9), new Word(10, 17));
        send(List.of(
                        new DocumentEvent("asks", text, Optional.of("sw"), words, Optional.of(true)),
                        new DocumentEvent("words", text, Optional.of("sw"), words),
                        new DocumentEvent("no words", text, Optional.of("sw"), List.of(), Optional.of(true)))
                .stream()
                .map(event -> events.write(topics.documents(), event))
                .toList());

        // When
        Map<String, EntitiesEvent> answers = new HashMap<>();
        try (DocumentStream stream = stream(Duration.ZERO)) {
            stream.start();
            read(topics.entities(), 3).forEach(record -> {
                EntitiesEvent event = KafkaEvents.read(record, EntitiesEvent.class);
                answers.put(event.documentId(), event);
            });
        }

        // Then
        assertThat(answers.get("asks").tags()).hasValue(List.of("B-PER", "O", "O"));
        assertThat(answers.get("asks").subTokenTags())
                .hasValue(List.of(List.of("B-PER", "I-PER"), List.of("O"), List.of("O", "O")));
        assertThat(answers.get("words").subTokenTags()).isEmpty();
        assertThat(answers.get("no words").subTokenTags()).isEmpty();
        assertThat(answers.get("no words").tags()).isEmpty();
        assertThat(answers.get("asks").subTokens()).hasValue(new SubTokenCount(5, 1));
        assertThat(answers.get("words").subTokens()).hasValue(new SubTokenCount(5, 1));
        assertThat(answers.get("no words").subTokens()).isPresent();
        assertThat(registry.get("slicer.sub.tokens")
                        .tag("language", "sw")
                        .counter()
                        .count())
                .isEqualTo(10);
        assertThat(registry.get("slicer.unknown.sub.tokens")
                        .tag("language", "sw")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    private static byte[] withField(byte[] json, String name, String value) {
        String text = new String(json, StandardCharsets.UTF_8);
        return bytes("{\"" + name + "\":\"" + value + "\"," + text.substring(1));
    }

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void shouldSayThatItRetriesWhileTheBrokerHangsAndLoseNothing(GroupProtocol protocol) throws Exception {
        // Given
        int documents = 300;
        send(IntStream.range(0, documents)
                .mapToObj(i -> document("key-" + i % 6, i))
                .toList());
        Map<String, Object> impatient =
                Map.of("request.timeout.ms", 2000, "delivery.timeout.ms", 3000, "max.block.ms", 3000);

        // When
        List<ConsumerRecord<byte[], byte[]>> entities;
        try (DocumentStream stream = stream(Duration.ofMillis(200), protocol, impatient)) {
            stream.start();
            read(topics.entities(), 40);
            broker.hang();
            await("a retry").until(() -> stream.status().state() == StreamStatus.State.RETRYING);
            assertThat(stream.status().problem()).isPresent();
            assertThat(stream.isAlive()).isTrue();
            Instant first = stream.status().lastSignOfLife();
            await("another retry")
                    .until(() -> stream.status().state() == StreamStatus.State.RETRYING
                            && stream.status().lastSignOfLife().isAfter(first));
            broker.resume();
            entities = read(topics.entities(), documents);
            await("all to be well again").until(() -> stream.status().state() == StreamStatus.State.RUNNING);
        } finally {
            broker.resume();
        }

        // Then
        assertEachOnceAndInOrder(entities, 6, documents);
    }

    private void assertEachOnceAndInOrder(List<ConsumerRecord<byte[], byte[]>> entities, int keys, int documents) {
        Map<String, List<Integer>> numbers = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : entities) {
            EntitiesEvent event = KafkaEvents.read(record, EntitiesEvent.class);
            assertThat(event.entities()).hasSize(1);
            // The number of blanks before the name is the document's number.
            numbers.computeIfAbsent(event.documentId(), id -> new ArrayList<>())
                    .add(event.entities().get(0).start());
        }
        assertThat(numbers).hasSize(keys).allSatisfy((key, found) -> {
            int first = Integer.parseInt(key.replace("key-", ""));
            assertThat(found)
                    .containsExactlyElementsOf(IntStream.iterate(first, i -> i < documents, i -> i + keys)
                            .boxed()
                            .toList());
        });
    }

    private DocumentStream stream(Duration delay) {
        return stream(delay, GroupProtocol.CLASSIC, Map.of());
    }

    private DocumentStream stream(Duration delay, GroupProtocol protocol, Map<String, Object> kafka) {
        TestInference inference = inference(delay);
        inference.model().load("model", () -> ModelFiles.in(folder));
        return stream(inference, protocol, kafka);
    }

    private TestInference inference(Duration delay) {
        TestInference inference =
                new TestInference((checkpoint, modelId) -> new FakeTagger(modelId, delay), clock, registry);
        inferences.add(inference);
        return inference;
    }

    private DocumentStream stream(TestInference inference, GroupProtocol protocol, Map<String, Object> kafka) {
        Map<String, Object> all = new HashMap<>(common());
        all.putAll(kafka);
        KafkaClients clients = new KafkaClients(all, new ClientMetrics(registry));
        return new DocumentStream(
                clients,
                new StreamSettings(
                        "document",
                        topics.documents(),
                        Set.of(topics.entities(), topics.deadLetters()),
                        topics.prefix() + "inference",
                        topics.prefix() + "inference-" + UUID.randomUUID(),
                        protocol,
                        16,
                        100_000,
                        2,
                        PATIENCE),
                inference.served(topics, events, clients.sizes(), MAX_TEXT_LENGTH),
                inference.metrics(),
                clock);
    }

    private static Map<String, Object> common() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private ProducerRecord<byte[], byte[]> document(String key, int number) {
        ProducerRecord<byte[], byte[]> record =
                events.write(topics.documents(), event(key, " ".repeat(number) + "Maathai"));
        record.headers().add("traceparent", bytes(TRACE)).add("tenant", bytes("blue"));
        return record;
    }

    private static DocumentEvent event(String id, String text) {
        return new DocumentEvent(id, text, Optional.of("sw"), List.of());
    }

    private ProducerRecord<byte[], byte[]> raw(String key, byte[] value) {
        return new ProducerRecord<>(topics.documents(), bytes(key), value);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, RecordMetadata> send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, RecordMetadata> places = new HashMap<>();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(common(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                places.put(
                        new String(record.key(), StandardCharsets.UTF_8),
                        producer.send(record).get());
            }
        }
        return places;
    }

    /** What a reader of committed records sees once there are that many, and a little later. */
    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int atLeast) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        Instant end = Instant.now().plus(PATIENCE);
        try (Consumer<byte[], byte[]> consumer = new KafkaClients(common()).reader()) {
            consumer.assign(IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList());
            while (found.size() < atLeast) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                assertThat(Instant.now())
                        .as("%d of %d records in %s after %s", found.size(), atLeast, topic, PATIENCE)
                        .isBefore(end);
            }
            consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
        }
        return found;
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        return java.util.Arrays.stream(record.headers().toArray())
                .collect(Collectors.toMap(Header::key, header -> new String(header.value(), StandardCharsets.UTF_8)));
    }
}
