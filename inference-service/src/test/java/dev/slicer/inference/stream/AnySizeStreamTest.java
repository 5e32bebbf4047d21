package dev.slicer.inference.stream;

import static dev.slicer.kafka.testing.TestTopics.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.events.Topics;
import dev.slicer.events.envelope.ValueReference;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.TestInference;
import dev.slicer.kafka.clients.ClientObserver;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.testing.AnySize;
import dev.slicer.kafka.testing.AnySizeSender;
import dev.slicer.kafka.testing.TopicWatch;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.testbroker.TestBroker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Whatever a record's size, those behind it are answered, and it gets an answer or a dead letter. On a real broker. */
class AnySizeStreamTest {
    private static final Duration NOT_HELD_UP = Duration.ofSeconds(5);
    private static final int MAX_TEXT_LENGTH = 200_000;
    private static final int HEAD_BYTES = 64 * 1024;
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

    /** Half of the documents have a long text, the others a short one beside something long. */
    @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void shouldAnswerOrPutAsideEachRecordAndHoldNothingUp(@ForAll("records") List<AnySize> records) throws Exception {
        try (Scene scene = new Scene(Map.of())) {
            int number = 0;
            for (AnySize size : records) {
                // Given
                String id = "large-" + number++;
                byte[] value = size.json(
                        number % 2 == 0
                                ? "\"id\":\"" + id + "\",\"text\":\"Maathai\",\"padding\":\"%s\""
                                : "\"id\":\"" + id + "\",\"text\":\"Maathai%s\"");

                // When
                RecordMetadata place = scene.send(id, value, size.codec());

                // Then
                scene.requireNextIsAnswered();
                ConsumerRecord<byte[], byte[]> outcome = scene.outcome(id, place);
                if (outcome.topic().equals(scene.topics.deadLetters())) {
                    assertThat(header(outcome, "dead-letter-reason")).isIn("not_json", "wrong_type", "text_too_long");
                    requireWholeOrReference(outcome, value);
                }
            }
            assertThat(scene.aborted()).isZero();
        }
    }

    /** The topic of dead letters was made by somebody, and takes 1 MB as a broker has it by itself. */
    @Example
    void shouldReferToWhatATopicRefuses() throws Exception {
        try (Scene scene = new Scene(Map.of("dead-letters", "1048588"))) {
            // Given
            byte[] value = new AnySize(3_000_000, "gzip", false).json("\"id\":\"big\",\"text\":\"%s\"");
            scene.requireNextIsAnswered();

            // When
            RecordMetadata place = scene.send("big", value, "gzip");

            // Then
            scene.requireNextIsAnswered();
            ConsumerRecord<byte[], byte[]> letter = scene.outcome("big", place);
            assertThat(header(letter, "dead-letter-value-bytes")).isEqualTo("3000000");
            requireWholeOrReference(letter, value);
        }
    }

    @Example
    void shouldPassOverWhatNotEvenAReferenceFitsFor() throws Exception {
        try (Scene scene = new Scene(Map.of("dead-letters", "300"))) {
            // Given
            scene.requireNextIsAnswered();

            // When
            scene.send("broken", "{".repeat(400).getBytes(StandardCharsets.UTF_8), "none");

            // Then
            scene.requireNextIsAnswered();
            assertThat(scene.registry
                            .get("slicer.passed.over.records")
                            .tag("topic", scene.topics.documents())
                            .counter()
                            .count())
                    .isPositive();
        }
    }

    /** What a poll brings is in memory together, and a few KB on their way can be 12 MiB there. */
    @Example
    void shouldReadFewRecordsAtOnceHoweverManyAreFetchedTogether() throws Exception {
        try (Scene scene = new Scene(Map.of())) {
            // Given
            byte[] value = new AnySize(3_000_000, "gzip", true).json("\"id\":\"big\",\"text\":\"%s\"");
            for (int i = 0; i < 40; i++) {
                scene.send("big", value, "gzip");
            }

            // When and then
            try (Consumer<byte[], byte[]> consumer = scene.clients.member("others", 256)) {
                consumer.subscribe(List.of(scene.topics.documents()));
                int read = 0;
                while (read < 40) {
                    int polled = consumer.poll(Duration.ofSeconds(1)).count();
                    assertThat(polled).isLessThanOrEqualTo(16);
                    read += polled;
                }
            }
            scene.requireNextIsAnswered();
        }
    }

    /** Where a broker is to hold the limit on what senders compress, it counts what it has taken apart. */
    @Example
    void shouldBeRefusedByATopicThatStoresNothingCompressed() throws Exception {
        try (Scene scene = new Scene(Map.of())) {
            // Given
            scene.alter(Map.of("compression.type", "uncompressed", "max.message.bytes", "4194304"));
            byte[] value = new AnySize(6_000_000, "gzip", true).json("\"id\":\"big\",\"text\":\"%s\"");

            // When and then
            assertThatThrownBy(() -> scene.send("big", value, "gzip"))
                    .hasRootCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    private static void requireWholeOrReference(ConsumerRecord<byte[], byte[]> letter, byte[] value) {
        if (letter.headers().lastHeader("dead-letter-value-bytes") == null) {
            assertThat(letter.value()).isEqualTo(value);
        } else {
            assertThat(header(letter, "dead-letter-value-bytes")).isEqualTo(Integer.toString(value.length));
            assertThat(header(letter, "dead-letter-value-sha256"))
                    .isEqualTo(ValueReference.of(value).sha256());
            assertThat(letter.value()).isEqualTo(Arrays.copyOf(value, HEAD_BYTES));
            assertThat(value.length).isGreaterThan(HEAD_BYTES);
        }
    }

    /** A stream with topics of its own, each of one partition. */
    private static final class Scene implements AutoCloseable {
        final Topics topics = new Topics(UUID.randomUUID() + ".");
        final MeterRegistry registry = new SimpleMeterRegistry();
        private final TestInference inference = new TestInference(
                (checkpoint, modelId) -> new FakeTagger(modelId, Duration.ZERO), Clock.systemUTC(), registry);
        private final AnySizeSender sender = new AnySizeSender(broker.bootstrapServers());
        private final DocumentStream stream;
        private final TopicWatch watch;
        private final KafkaClients clients;
        private boolean started;
        private int sent;

        /** @param limits of topics, by their names without the prefix; of others more than anybody sends */
        Scene(Map<String, String> limits) throws InterruptedException, ExecutionException {
            Map<String, Object> common = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(common)) {
                admin.createTopics(topics.all().stream()
                                .map(topic -> new NewTopic(topic.name(), 1, (short) 1)
                                        .configs(Map.of(
                                                "max.message.bytes",
                                                limits.getOrDefault(
                                                        topic.name()
                                                                .substring(topics.prefix()
                                                                        .length()),
                                                        AnySizeSender.TOPIC_BYTES))))
                                .collect(Collectors.toList()))
                        .all()
                        .get();
            }
            Clock clock = Clock.systemUTC();
            // As the service puts them together.
            RecordSizes sizes = new RecordSizes(new PassedOver(registry)::tooLarge);
            clients = new KafkaClients(common, ClientObserver.NONE, sizes);
            KafkaEvents events = new KafkaEvents(URI.create("/slicer/test"), clock);
            inference.model().load("model", () -> ModelFiles.in(folder));
            stream = new DocumentStream(
                    clients,
                    new StreamSettings(
                            "document",
                            topics.documents(),
                            Set.of(topics.entities(), topics.deadLetters()),
                            topics.prefix() + "inference",
                            topics.prefix() + "inference-id",
                            GroupProtocol.CLASSIC,
                            256,
                            262_144,
                            2,
                            Duration.ofSeconds(30)),
                    inference.served(topics, events, clients.sizes(), MAX_TEXT_LENGTH),
                    inference.metrics(),
                    clock);
            watch = new TopicWatch(clients, topics.entities(), topics.deadLetters());
        }

        void start() {
            if (!started) {
                started = true;
                stream.start();
                requireAnswered("first", Duration.ofSeconds(30));
            }
        }

        /** Of the topic of documents. */
        void alter(Map<String, String> settings) throws InterruptedException, ExecutionException {
            try (Admin admin = Admin.create(clients.common())) {
                admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, topics.documents()),
                                settings.entrySet().stream()
                                        .map(setting -> new AlterConfigOp(
                                                new ConfigEntry(setting.getKey(), setting.getValue()),
                                                AlterConfigOp.OpType.SET))
                                        .toList()))
                        .all()
                        .get();
            }
        }

        RecordMetadata send(String key, byte[] value, String codec) {
            return sender.send(
                    new ProducerRecord<>(topics.documents(), key.getBytes(StandardCharsets.UTF_8), value), codec);
        }

        void requireNextIsAnswered() {
            start();
            requireAnswered("after-" + sent++, NOT_HELD_UP);
        }

        void requireAnswered(String id, Duration limit) {
            send(id, ("{\"id\":\"" + id + "\",\"text\":\"Maathai\"}").getBytes(StandardCharsets.UTF_8), "none");
            assertThat(watch.await(limit, record -> isAnswer(record, id)))
                    .as("answer of %s, the stream being %s", id, stream.status())
                    .isPresent();
        }

        /** Comes before that of what was sent later. */
        ConsumerRecord<byte[], byte[]> outcome(String id, RecordMetadata place) {
            Optional<ConsumerRecord<byte[], byte[]>> outcome = watch.await(
                    NOT_HELD_UP,
                    record -> isAnswer(record, id)
                            || record.topic().equals(topics.deadLetters())
                                    && header(record, "dead-letter-offset").equals(Long.toString(place.offset())));
            assertThat(outcome).as("outcome of %s", id).isPresent();
            return outcome.orElseThrow();
        }

        private boolean isAnswer(ConsumerRecord<byte[], byte[]> record, String id) {
            return record.topic().equals(topics.entities())
                    && new String(record.key(), StandardCharsets.UTF_8).equals(id);
        }

        double aborted() {
            return registry.get("slicer.stream.transactions.aborted").counter().count();
        }

        @Override
        public void close() {
            stream.close();
            inference.close();
            watch.close();
            sender.close();
        }
    }
}
