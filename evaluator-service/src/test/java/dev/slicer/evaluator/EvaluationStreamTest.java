package dev.slicer.evaluator;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.kafka.testing.TestTopics.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.testbroker.TestBroker;
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
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationStreamTest {
    private static final int DOCUMENTS = 300;
    private static final Topics TOPICS = Topics.defaults();

    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());

    @Test
    void shouldScoreEachDocumentOnceThoughInstancesComeAndGo(@TempDir Path folder)
            throws InterruptedException, ExecutionException {
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            createTopics(kafka);
            KafkaClients clients = new KafkaClients(kafka);
            try (TestTopics records = new TestTopics(clients)) {
                // Given: an instance that has half of the gold, and then is gone without any answer
                EvaluationInstance first = stream(clients, folder.resolve("first"));
                first.start();
                sendGold(records, 0, DOCUMENTS / 2);
                records.await(TOPICS.documents(), DOCUMENTS / 2, record -> true);
                first.close();

                // When: answers and the other half come while nobody reads, two take over, and one of them goes
                sendAnswers(records, 0, DOCUMENTS);
                sendGold(records, DOCUMENTS / 2, DOCUMENTS);
                EvaluationInstance second = stream(clients, folder.resolve("second"));
                EvaluationInstance third = stream(clients, folder.resolve("third"));
                second.start();
                third.start();
                await("both to run")
                        .until(() ->
                                second.stream().isRunning() && third.stream().isRunning());
                second.close();
                sendAnswers(records, 0, DOCUMENTS);
                sendGold(records, DOCUMENTS, DOCUMENTS + 1);
                sendAnswers(records, DOCUMENTS, DOCUMENTS + 1);
                records.await(TOPICS.scores(), 1, record -> key(record).endsWith("/" + DOCUMENTS));
                List<String> scored =
                        new ArrayList<>(records.await(TOPICS.scores(), DOCUMENTS + 1, record -> true).stream()
                                .map(TestTopics::key)
                                .toList());
                third.close();

                // Then
                Map<String, Integer> times = new HashMap<>();
                scored.forEach(id -> times.merge(id, 1, Integer::sum));
                assertThat(times).hasSize(DOCUMENTS + 1);
                assertThat(times.values()).containsOnly(1);
                assertThat(records.held(TOPICS.scores(), "evaluation/b/sw/7"))
                        .singleElement()
                        .satisfies(record -> assertThat(KafkaEvents.read(record, DocumentScored.class)
                                        .outcome())
                                .isEqualTo(DocumentScored.Outcome.ANSWERED));
            }
        }
    }

    @Test
    void shouldScoreWhatIsAnsweredAfterItCountedAsMissed(@TempDir Path folder)
            throws InterruptedException, ExecutionException {
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            createTopics(kafka);
            KafkaClients clients = new KafkaClients(kafka);
            EvaluationInstance stream = new EvaluationInstance(
                    clients, TOPICS, folder.resolve("state"), Duration.ofSeconds(1), () -> Optional.of("m"), Map.of());
            try (TestTopics records = new TestTopics(clients)) {
                // Given
                stream.start();
                sendGold(records, 0, 1);
                records.await(TOPICS.scores(), 1, record -> true);

                // When: the answer comes late, and once more
                sendAnswers(records, 0, 1);
                sendAnswers(records, 0, 1);
                sendGold(records, 1, 2);
                sendAnswers(records, 1, 2);
                records.await(TOPICS.scores(), 1, record -> key(record).endsWith("/1"));

                // Then: behind the miss, whose place it takes
                assertThat(records.await(
                                TOPICS.scores(), 2, record -> key(record).endsWith("/0")))
                        .extracting(record ->
                                KafkaEvents.read(record, DocumentScored.class).outcome())
                        .containsExactly(DocumentScored.Outcome.MISSED, DocumentScored.Outcome.ANSWERED);
            } finally {
                stream.close();
            }
        }
    }

    @Test
    void shouldForgetADocumentInItsTopicsToo(@TempDir Path folder) throws InterruptedException, ExecutionException {
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            createTopics(kafka);
            KafkaClients clients = new KafkaClients(kafka);
            EvaluationInstance stream = stream(clients, folder.resolve("state"));
            try (TestTopics records = new TestTopics(clients)) {
                // Given
                stream.start();
                sendGold(records, 0, 2);
                sendAnswers(records, 0, 2);
                records.await(TOPICS.scores(), 2, record -> true);

                // When: behind the document, in its partition, as slicer forget writes it
                int partition =
                        records.held(TOPICS.labelledDocuments(), "0").get(0).partition();
                records.send(new ProducerRecord<>(
                        TOPICS.labelledDocuments(),
                        partition,
                        "evaluation/b/sw/0".getBytes(StandardCharsets.UTF_8),
                        null));

                // Then
                assertThat(records.await(
                                TOPICS.scores(), 2, record -> key(record).endsWith("/0")))
                        .extracting(record ->
                                KafkaEvents.read(record, DocumentScored.class).outcome())
                        .containsExactly(DocumentScored.Outcome.ANSWERED, DocumentScored.Outcome.FORGOTTEN);
                for (String store : List.of("gold", "scored")) {
                    String changelog = "slicer.evaluator-" + store + "-changelog";
                    assertThat(records.held(changelog, "evaluation/b/sw/0"))
                            .last()
                            .satisfies(record -> assertThat(record.value()).isNull());
                    assertThat(setting(clients, changelog, "max.compaction.lag.ms"))
                            .isEqualTo("86400000");
                }
            } finally {
                stream.close();
            }
        }
    }

    private static String setting(KafkaClients clients, String topic, String name)
            throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = clients.admin()) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(name)
                    .value();
        }
    }

    @Test
    void shouldGoOnWhenTheBrokerComesBack(@TempDir Path folder) throws InterruptedException, ExecutionException {
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            createTopics(kafka);
            KafkaClients clients = new KafkaClients(kafka);
            EvaluationInstance stream = stream(clients, folder.resolve("state"));
            try (TestTopics records = new TestTopics(clients)) {
                // Given: gold and answers, of which an unknown part is scored when the broker dies
                stream.start();
                sendGold(records, 0, DOCUMENTS);
                sendAnswers(records, 0, DOCUMENTS);

                // When
                broker.kill();
                broker.restart();
                sendGold(records, DOCUMENTS, DOCUMENTS + 1);
                sendAnswers(records, DOCUMENTS, DOCUMENTS + 1);

                // Then
                records.await(TOPICS.scores(), DOCUMENTS + 1, record -> true);
                assertThat(stream.stream().failure()).isEmpty();
                assertHasReadAll(clients, stream.stream());
                for (int i = 0; i <= DOCUMENTS; i += 50) {
                    assertThat(records.held(TOPICS.scores(), "evaluation/b/sw/" + i))
                            .hasSize(1);
                }
            } finally {
                stream.close();
            }
        }
    }

    @Test
    void shouldNotStartWhereGoldAndAnswersCannotMeet(@TempDir Path folder)
            throws InterruptedException, ExecutionException {
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            // Given
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            createTopics(kafka);
            try (Admin admin = Admin.create(kafka)) {
                admin.createTopics(List.of(new NewTopic(TOPICS.goldDocuments(), 5, (short) 1)))
                        .all()
                        .get();
            }

            // When
            EvaluationInstance stream = stream(new KafkaClients(kafka), folder.resolve("state"));
            stream.start();

            // Then
            assertThat(stream.stream().failure())
                    .hasValue(
                            "slicer.gold-documents has 5 partitions and slicer.entities 2; they must have the same number");
            stream.close();
        }
    }

    /** Markers of transactions at the end of a topic, as of scores, are no records that it leaves. */
    private static void assertHasReadAll(KafkaClients clients, EvaluationStream stream) {
        try (Admin admin = clients.admin();
                Consumer<byte[], byte[]> reader = clients.reader()) {
            await("nothing more to read").until(() -> {
                Map<TopicPartition, OptionalLong> positions =
                        stream.waiting(admin).positions();
                assertThat(positions.keySet())
                        .extracting(TopicPartition::topic)
                        .contains(TOPICS.scores(), TOPICS.entities(), TOPICS.labelledDocuments());
                return reader.endOffsets(positions.keySet()).entrySet().stream()
                        .allMatch(end -> positions.get(end.getKey()).orElseThrow() == end.getValue());
            });
        }
    }

    private static EvaluationInstance stream(KafkaClients clients, Path state) {
        return new EvaluationInstance(clients, TOPICS, state);
    }

    private static void createTopics(Map<String, Object> kafka) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(
                            topic(TOPICS.labelledDocuments()),
                            topic(TOPICS.entities()),
                            topic(TOPICS.documents()),
                            topic(TOPICS.scores()),
                            topic(TOPICS.deadLetters())))
                    .all()
                    .get();
        }
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, 2, (short) 1);
    }

    private void sendGold(TestTopics records, int from, int to) {
        for (int i = from; i < to; i++) {
            records.send(events.write(
                    TOPICS.labelledDocuments(),
                    new LabelledDocument(Integer.toString(i), "b", "sw", List.of("Asha"), List.of("B-PER"))));
        }
    }

    private void sendAnswers(TestTopics records, int from, int to) {
        for (int i = from; i < to; i++) {
            records.send(events.write(
                    TOPICS.entities(),
                    new EntitiesEvent(
                            "evaluation/b/sw/" + i,
                            Optional.of("sw"),
                            Optional.empty(),
                            "m",
                            Instant.EPOCH,
                            List.of(),
                            Optional.of(List.of("B-PER")))));
        }
    }
}
