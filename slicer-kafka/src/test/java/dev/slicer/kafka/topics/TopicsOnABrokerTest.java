package dev.slicer.kafka.topics;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.testbroker.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TopicsOnABrokerTest {
    @TempDir
    private static Path folder;

    private static TestBroker broker;
    private static Admin admin;

    private final Topics topics = new Topics(UUID.randomUUID() + ".");

    @BeforeAll
    static void start() {
        broker = TestBroker.start(folder);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void shouldCreateTopicsThatAreAsTheyShouldBe() throws Exception {
        // When
        TopicSetup setup = setup();
        setup.createMissing(admin);

        // Then
        awaitKnown(topics.all().stream().map(Topics.Topic::name).toList());
        setup.watch(admin);
        assertThat(setup.misconfigured()).isEmpty();
    }

    @Test
    void shouldTellOfTopicsOfOthersThatLoseWhatIsReliedOnAndLeaveThemAsTheyAre() throws Exception {
        // Given: topics as a broker makes them by itself, kept for a week
        create(
                topic(topics.checkpoints(), 1),
                topic(topics.checkpointEvents(), 3),
                topic(topics.trainingRequests(), 3),
                topic(topics.trialDocuments(), 1));
        TopicSetup setup = setup();

        // When
        setup.createMissing(admin);
        awaitKnown(topics.all().stream().map(Topics.Topic::name).toList());
        setup.watch(admin);

        // Then: compaction; retention and order, twice; that instances share the work
        assertThat(setup.misconfigured()).hasSize(6);
        assertThat(setting(topics.checkpoints(), "cleanup.policy")).isEqualTo("delete");
        assertThat(setting(topics.checkpointEvents(), "retention.ms"))
                .isEqualTo(String.valueOf(Duration.ofDays(7).toMillis()));
        assertThat(setting(topics.scores(), "retention.ms"))
                .isEqualTo(String.valueOf(Duration.ofDays(90).toMillis()));
    }

    @Test
    void shouldCheckWhatItDoesNotCreate() throws Exception {
        // Given
        create(topic(topics.labelledDocuments(), 3));
        TopicSetup setup = setup();

        // When
        setup.watch(admin);

        // Then
        assertThat(setup.misconfigured()).hasSize(1);
        assertThat(admin.listTopics().names().get()).doesNotContain(topics.scores());
        assertThat(setup.ready().toCompletableFuture()).isCompleted();
    }

    @Test
    void shouldCheckWhatEvaluatorsMakeForThemselves() throws Exception {
        // Given: one that would lose totals after a week
        create(topic(topics.scoreTotals(), 3), topic(topics.goldDocuments(), 3));
        TopicSetup setup = setup();

        // When
        setup.watch(admin);

        // Then
        assertThat(setup.misconfigured()).hasSize(1);
        assertThat(setting(topics.scoreTotals(), "cleanup.policy")).isEqualTo("delete");
    }

    @Test
    void shouldTellOfTopicsThatKeepRecordsForAnotherTimeThanConfigured() throws Exception {
        // Given: dead letters are kept for a week, in segments of a week, and scores as configured
        Map<String, Retention> retention =
                Map.of("dead-letters", Retention.of(Duration.ofDays(2)), "scores", Retention.of(Duration.ofDays(3)));
        create(topic(topics.deadLetters(), 3));
        TopicSetup setup = setup(retention);

        // When
        setup.createMissing(admin);
        awaitKnown(topics.all().stream().map(Topics.Topic::name).toList());
        setup.watch(admin);

        // Then
        assertThat(setup.misconfigured()).hasSize(2);
        assertThat(setting(topics.scores(), "retention.ms"))
                .isEqualTo(String.valueOf(Duration.ofDays(3).toMillis()));
    }

    private TopicSetup setup() {
        return setup(Map.of());
    }

    private TopicSetup setup(Map<String, Retention> retention) {
        return new TopicSetup(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                topics,
                new TopicSetup.Wanted(true, 3, Optional.empty(), retention),
                new RecordSizes(),
                List.of());
    }

    private static void create(NewTopic... created) throws Exception {
        admin.createTopics(List.of(created)).all().get();
        awaitKnown(Stream.of(created).map(NewTopic::name).toList());
    }

    /** The broker knows of topics a little later than its controller. */
    private static void awaitKnown(List<String> names) {
        await("the topics").until(() -> {
            try {
                admin.describeTopics(names).allTopicNames().get();
                return true;
            } catch (ExecutionException | InterruptedException e) {
                return false;
            }
        });
    }

    private static NewTopic topic(String name, int partitions) {
        // The size of records is another matter.
        return new NewTopic(name, partitions, (short) 1).configs(Map.of("max.message.bytes", "4194304"));
    }

    private static String setting(String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return config.get(name).value();
    }
}
