package dev.slicer.evaluator;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.kafka.testing.TestTopics.header;
import static dev.slicer.kafka.testing.TestTopics.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.testing.AnySize;
import dev.slicer.kafka.testing.AnySizeSender;
import dev.slicer.kafka.testing.TopicWatch;
import dev.slicer.testbroker.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;

/** Whatever a labelled document's size, those behind it are asked, and it is asked or a dead letter. On a real broker. */
class AnySizeJoinTest {
    private static final Duration NOT_HELD_UP = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofSeconds(60);
    /** Records of a run: more with {@code -Dslicer.test.sizes=500}. */
    private static final int RECORDS = Integer.getInteger("slicer.test.sizes", 20);

    private static Path folder;
    private static TestBroker broker;

    @BeforeContainer
    static void startBroker() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "sizes");
        broker = TestBroker.start(folder.resolve("broker"));
    }

    @AfterContainer
    static void stopBroker() {
        broker.close();
    }

    @Provide
    Arbitrary<List<AnySize>> records() {
        return AnySize.any().list().ofSize(RECORDS);
    }

    /** Documents with a long text, with something long beside, and answers that nobody waits for. */
    @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void shouldAskOrPutAsideEachDocumentAndHoldNothingUp(@ForAll("records") List<AnySize> records) throws Exception {
        try (Scene scene = new Scene(AnySizeSender.TOPIC_BYTES)) {
            int number = 0;
            for (AnySize size : records) {
                // Given
                String id = "large-" + number++;
                String gold = "\"id\":\"" + id + "\",\"benchmark\":\"b\",\"language\":\"sw\",";
                byte[] value = size.json(
                        switch (number % 3) {
                            case 0 -> gold + "\"words\":[\"Asha\"],\"tags\":[\"B-PER\"],\"padding\":\"%s\"";
                            case 1 -> gold + "\"text\":\"Asha%s\",\"entities\":[]";
                            default ->
                                "\"documentId\":\"evaluation/b/sw/" + id + "\",\"modelId\":\"m\","
                                        + "\"taggedAt\":\"2026-03-01T12:00:00Z\",\"entities\":[],\"padding\":\"%s\"";
                        });

                // When
                if (number % 3 == 2) {
                    scene.send(scene.topics.entities(), "evaluation/b/sw/" + id, value, size.codec());
                    scene.requireNextIsAsked();
                } else {
                    RecordMetadata place = scene.send(scene.topics.labelledDocuments(), id, value, size.codec());

                    // Then
                    scene.requireNextIsAsked();
                    scene.requireAskedOrPutAside(id, place);
                }
            }
            assertThat(scene.stream.stream().failure()).isEmpty();
        }
    }

    /** As a broker has topics by itself: a document just below 1 MB becomes a question and gold just above it. */
    @Example
    void shouldPutAsideADocumentWhoseQuestionIsLargerThanItsTopicTakes() throws Exception {
        try (Scene scene = new Scene("1048588")) {
            for (int bytes : new int[] {1_000_064, 1_032_000, 1_040_000}) {
                // When
                byte[] value = new AnySize(bytes, "none", false)
                        .json("\"id\":\"" + bytes + "\",\"benchmark\":\"b\",\"language\":\"sw\","
                                + "\"text\":\"Asha %s\",\"entities\":[]");
                RecordMetadata place =
                        scene.send(scene.topics.labelledDocuments(), Integer.toString(bytes), value, "none");

                // Then
                scene.requireNextIsAsked();
                scene.requireAskedOrPutAside(Integer.toString(bytes), place);
            }
        }
    }

    /** One letter a word: with their offsets the words take four times what the record had. */
    @Example
    void shouldPutAsideADocumentOfWhichTheWordsTakeMoreThanARecord() throws Exception {
        try (Scene scene = new Scene(AnySizeSender.TOPIC_BYTES)) {
            // Given
            int words = 200_000;
            String value = "{\"id\":\"words\",\"benchmark\":\"b\",\"language\":\"sw\",\"words\":["
                    + Stream.generate(() -> "\"a\"").limit(words).collect(Collectors.joining(",")) + "],\"tags\":["
                    + Stream.generate(() -> "\"O\"").limit(words).collect(Collectors.joining(",")) + "]}";

            // When
            RecordMetadata place = scene.send(
                    scene.topics.labelledDocuments(), "words", value.getBytes(StandardCharsets.UTF_8), "none");

            // Then
            scene.requireNextIsAsked();
            ConsumerRecord<byte[], byte[]> letter = scene.requireAskedOrPutAside("words", place);
            assertThat(header(letter, "dead-letter-reason")).isEqualTo("record_too_large");
            assertThat(header(letter, "dead-letter-cause"))
                    .startsWith("with its 200000 words and their offsets the document takes ");
        }
    }

    /** The limit that the join read when it started is not the topic's any more. */
    @Example
    void shouldPutAsideWhatATopicRefusesThatTookItBefore() throws Exception {
        try (Scene scene = new Scene(AnySizeSender.TOPIC_BYTES)) {
            // Given
            scene.lower(scene.topics.documents(), "1048588");
            byte[] value = new AnySize(3_000_000, "none", false)
                    .json(
                            "\"id\":\"large\",\"benchmark\":\"b\",\"language\":\"sw\",\"text\":\"Asha %s\",\"entities\":[]");

            // When
            RecordMetadata place = scene.send(scene.topics.labelledDocuments(), "large", value, "none");

            // Then
            scene.requireNextIsAsked();
            assertThat(header(scene.requireAskedOrPutAside("large", place), "dead-letter-reason"))
                    .isEqualTo("record_too_large");
        }
    }

    /** A join with topics of its own, each of one partition. */
    private static final class Scene implements AutoCloseable {
        final Topics topics = new Topics(UUID.randomUUID() + ".");
        final EvaluationInstance stream;
        private final AnySizeSender sender = new AnySizeSender(broker.bootstrapServers());
        private final TopicWatch watch;
        private int sent;

        /** @param maxMessageBytes of all topics */
        Scene(String maxMessageBytes) throws InterruptedException, ExecutionException {
            Map<String, Object> common = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(common)) {
                admin.createTopics(topics.all().stream()
                                .map(topic -> new NewTopic(topic.name(), 1, (short) 1)
                                        .configs(Map.of("max.message.bytes", maxMessageBytes)))
                                .toList())
                        .all()
                        .get();
            }
            KafkaClients clients = new KafkaClients(common);
            stream = new EvaluationInstance(clients, topics, folder.resolve(topics.prefix() + "state"));
            watch = new TopicWatch(clients, topics.documents(), topics.deadLetters());
            stream.start();
            await("the join to run").until(stream.stream()::isRunning);
            requireAsked("first", START);
        }

        void lower(String topic, String maxMessageBytes) throws InterruptedException, ExecutionException {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("max.message.bytes", maxMessageBytes),
                                        AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
            }
        }

        RecordMetadata send(String topic, String key, byte[] value, String codec) {
            return sender.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value), codec);
        }

        void requireNextIsAsked() {
            requireAsked("after-" + sent++, NOT_HELD_UP);
        }

        private void requireAsked(String id, Duration limit) {
            String value = "{\"id\":\"" + id
                    + "\",\"benchmark\":\"b\",\"language\":\"sw\",\"words\":[\"Asha\"],\"tags\":[\"B-PER\"]}";
            send(topics.labelledDocuments(), id, value.getBytes(StandardCharsets.UTF_8), "none");
            assertThat(watch.await(limit, record -> isQuestion(record, id)))
                    .as("question of %s, the join %s", id, stream.stream().isRunning() ? "running" : "not running")
                    .isPresent();
        }

        ConsumerRecord<byte[], byte[]> requireAskedOrPutAside(String id, RecordMetadata place) {
            Optional<ConsumerRecord<byte[], byte[]>> outcome = watch.await(
                    NOT_HELD_UP,
                    record -> isQuestion(record, id)
                            || record.topic().equals(topics.deadLetters())
                                    && header(record, "dead-letter-offset").equals(Long.toString(place.offset())));
            assertThat(outcome).as("outcome of %s", id).isPresent();
            return outcome.orElseThrow();
        }

        private boolean isQuestion(ConsumerRecord<byte[], byte[]> record, String id) {
            return record.topic().equals(topics.documents()) && key(record).equals("evaluation/b/sw/" + id);
        }

        @Override
        public void close() {
            stream.close();
            watch.close();
            sender.close();
        }
    }
}
