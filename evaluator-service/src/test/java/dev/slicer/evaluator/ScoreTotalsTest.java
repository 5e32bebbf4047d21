package dev.slicer.evaluator;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.testbroker.TestBroker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores that several evaluators add up, on a real broker. Each test has topics of its own. */
class ScoreTotalsTest {
    private static final int SCORES = 300;
    private static final String SERIES = "b/m/sw";

    @TempDir
    static Path folder;

    private static TestBroker broker;

    private final Topics topics = new Topics(UUID.randomUUID() + ".");
    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
    private final KafkaClients clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
    private final TestTopics records = new TestTopics(clients);

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start(folder.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(clients.common())) {
            admin.createTopics(topics.all().stream()
                            .map(topic -> new NewTopic(topic.name(), 2, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
    }

    @AfterEach
    void disconnect() {
        records.close();
    }

    @Test
    void shouldLeaveItsPartitionsToOthersAtOnceWhenItStops() throws InterruptedException, ExecutionException {
        // Given
        try (EvaluationInstance stops = instance("stops", Map.of())) {
            stops.start();
            await("it to have partitions").until(() -> stops.stream().isRunning());
            assertThat(members()).isEqualTo(1);
        }

        // Then: no session has to time out
        assertThat(members()).isZero();
    }

    @Test
    void shouldHaveItsPartitionsWaitForItWhereItHasAName() throws InterruptedException, ExecutionException {
        // Given
        try (EvaluationInstance stops = instance("stops", Map.of("slicer.evaluator.member", "evaluator-0"))) {
            stops.start();
            await("it to have partitions").until(() -> stops.stream().isRunning());
        }

        // Then
        assertThat(members()).isEqualTo(1);
    }

    @Test
    void shouldSayThatAnotherOneHasItsName() {
        // Given: topics that every broker and client knows, as a thread that fails for want of them keeps its name
        try (EvaluationInstance makes = instance("makes", Map.of())) {
            makes.start();
            await("the topics").until(() -> makes.stream().isRunning());
        }
        Map<String, String> named = Map.of("slicer.evaluator.member", "evaluator-0");
        try (EvaluationInstance first = instance("first", named)) {
            first.start();
            await("it to have partitions").until(() -> first.stream().isRunning());

            // When
            try (EvaluationInstance second = instance("second", named)) {
                second.start();

                // Then: the first one ends, and a probe does not have it take the name back
                await("the first to end").until(() -> first.stream().problem().isPresent());
                assertThat(first.stream().problem().orElseThrow())
                        .isEqualTo("another evaluator has this one's slicer.evaluator.member, evaluator-0, and its "
                                + "partitions; give each one of its own and start this one again");
                await("the second to read").until(() -> second.stream().isRunning());
                assertThat(first.stream().isRunning()).isFalse();
                assertThat(first.stream().failure()).isEmpty();
                assertThat(second.stream().problem()).isEmpty();
            }
        }
    }

    @Test
    void shouldSayWhatCanBeDoneWhereItsStoreCannotBeReadAndGoOnOnceThatIsDone()
            throws InterruptedException, ExecutionException {
        // Given: what a later version writes
        String group = topics.prefix() + "evaluator";
        String changelog = group + "-series-changelog";
        try (EvaluationInstance before = instance("before", Map.of())) {
            before.start();
            send(0, SCORES, new Counts(1, 0, 0));
            awaitDocuments(SCORES);
        }
        records.send(changelog, SERIES, "\u0004");
        List<String> named;

        // When
        try (EvaluationInstance fails = instance("fails", Map.of())) {
            fails.start();

            // Then
            await("it to end").until(() -> fails.stream().problem().isPresent());
            String problem = fails.stream().problem().orElseThrow();
            assertThat(problem)
                    .startsWith("the store series cannot be read at " + SERIES
                            + ": this version reads form 1, this is form 2. Run the version of the evaluator");
            assertThat(fails.stream().failure()).isEmpty();
            named = Pattern.compile(Pattern.quote(topics.prefix()) + "[a-z-]+")
                    .matcher(problem)
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(named).contains(changelog, topics.scoreTotals()).hasSize(4);
        }

        // When: as it says
        try (Admin admin = Admin.create(clients.common())) {
            admin.deleteTopics(named).all().get();
            await("the topics to be gone")
                    .until(() -> admin.listTopics().names().get().stream().noneMatch(named::contains));
        }
        try (EvaluationInstance after = instance("after", Map.of())) {
            after.start();

            // Then
            awaitDocuments(SCORES);
        }
    }

    private int members() throws InterruptedException, ExecutionException {
        String group = topics.prefix() + "evaluator";
        try (Admin admin = Admin.create(clients.common())) {
            return admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get()
                    .members()
                    .size();
        }
    }

    @Test
    void shouldAddUpEachScoreOnceThoughInstancesComeAndGo() {
        // Given: two, each with a copy of what the other remembers
        Map<String, String> copied = Map.of("slicer.evaluator.standbys", "1");
        try (EvaluationInstance stays = instance("stays", copied)) {
            stays.start();
            try (EvaluationInstance goes = instance("goes", copied)) {
                goes.start();
                send(0, SCORES, new Counts(1, 0, 0));
                awaitDocuments(SCORES);
            }

            // When: one is gone, the same documents are scored otherwise and further ones come, and another one joins
            send(0, SCORES, new Counts(0, 1, 1));
            try (EvaluationInstance comes = instance("comes", copied)) {
                comes.start();
                send(SCORES, 2 * SCORES, new Counts(1, 0, 0));

                // Then
                awaitDocuments(2 * SCORES);
                await("all to count as they were scored last")
                        .until(() -> overall().equals(new Counts(SCORES, SCORES, SCORES)));
                assertThat(comes.stream().failure()).isEmpty();
            }
        }
        assertThat(records.held(topics.scoreTotals())).as("published").hasSizeLessThan(SCORES);
    }

    @Test
    void shouldGoOnFromItsDiskAfterARestart() {
        // Given
        Map<String, String> onDisk = Map.of("slicer.evaluator.state", "disk", "slicer.evaluator.member", "evaluator-0");
        try (EvaluationInstance before = instance("disk", onDisk)) {
            before.start();
            send(0, SCORES, new Counts(1, 0, 0));
            awaitDocuments(SCORES);
        }

        // When
        try (EvaluationInstance after = instance("disk", onDisk)) {
            after.start();
            send(0, 1, new Counts(0, 1, 1));

            // Then: one took another's place, and nothing was read again but what came since
            await("the change").until(() -> overall().equals(new Counts(SCORES - 1, 1, 1)));
            assertThat(after.restoredFrom(".*-(last-scores|series)-changelog")).isLessThan(SCORES / 10);
        }
    }

    @Test
    void shouldAddUpWhatAnEarlierVersionHasOnlyCounted() {
        // Given: an evaluator of an earlier version, which has read all scores and runs still
        send(0, SCORES, new Counts(1, 0, 0));
        Consumer<byte[], byte[]> earlier = clients.member(topics.prefix() + "evaluator", 500);
        earlier.subscribe(List.of(topics.scores()));
        await("its partitions").until(() -> {
            earlier.poll(Duration.ofMillis(100));
            return earlier.assignment().size() == 2;
        });
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        earlier.endOffsets(earlier.assignment())
                .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end)));
        earlier.commitSync(ends);

        try (EvaluationInstance present = instance("present", Map.of())) {
            Thread start = new Thread(present::start);
            start.start();
            earlier.poll(Duration.ofSeconds(3));
            assertThat(start.isAlive()).as("waits for the earlier one").isTrue();

            // When
            earlier.close();

            // Then
            awaitDocuments(SCORES);
        }
    }

    private EvaluationInstance instance(String name, Map<String, String> settings) {
        return new EvaluationInstance(
                clients,
                topics,
                folder.resolve(topics.prefix() + name),
                Duration.ofMinutes(10),
                Optional::empty,
                settings);
    }

    private void awaitDocuments(int documents) {
        await(documents + " documents to be added up")
                .until(() -> totals().map(ScoreTotals::documents).orElse(0L) == documents);
    }

    private Counts overall() {
        return totals().orElseThrow().scorings().get(0).overall();
    }

    /** What the topic says last. */
    private Optional<ScoreTotals> totals() {
        try (Admin admin = Admin.create(clients.common())) {
            if (!admin.listTopics().names().get().contains(topics.scoreTotals())) {
                return Optional.empty();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        return records.held(topics.scoreTotals(), SERIES).stream()
                .reduce((earlier, later) -> later)
                .map(record -> KafkaEvents.read(record, ScoreTotals.class));
    }

    private void send(int from, int to, Counts counts) {
        for (int i = from; i < to; i++) {
            records.send(events.write(
                    topics.scores(),
                    new DocumentScored(
                            "evaluation/b/sw/" + i,
                            "b",
                            "sw",
                            "m",
                            Outcome.ANSWERED,
                            Instant.now(),
                            List.of(new ScoringCounts("strict", new TreeMap<>(Map.of("PER", counts)))),
                            Map.of("strict", new MatchCounts(1, 0, 0, 0, 0)))));
        }
    }
}
