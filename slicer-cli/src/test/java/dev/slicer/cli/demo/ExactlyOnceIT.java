package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.LocalCluster;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.GroupProtocol;
import dev.slicer.testbroker.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents in, entities and scores out as it is shipped: a few instances, a real broker, and any of them going away.
 *
 * <p>System property {@code slicer.it.rounds} is how often each test of a broker that goes away is run, and by how much
 * there are more kills of instances than ten in all; 1 by default.
 */
class ExactlyOnceIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PARTITIONS = 5;
    /** In a round, by each protocol. */
    private static final int INFERENCE_KILLS = 3;

    private static final int EVALUATOR_KILLS = 4;
    private static final Duration DOCUMENT_EVERY = Duration.ofMillis(12);
    private static final Duration LABELLED_DOCUMENT_EVERY = Duration.ofMillis(25);
    private static final Pattern FORWARDED =
            Pattern.compile("^slicer_evaluation_forwarded_documents_total [1-9]", Pattern.MULTILINE);
    /** What clients of the classic protocol set themselves, the broker sets for members of the other one. */
    private static final Map<String, String> IMPATIENT_GROUPS = Map.of(
            "group.consumer.min.session.timeout.ms", "6000",
            "group.consumer.session.timeout.ms", "6000",
            "group.consumer.min.heartbeat.interval.ms", "1000",
            "group.consumer.heartbeat.interval.ms", "1000");

    private final Topics topics = Topics.defaults();

    @TempDir
    Path temporary;

    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void shouldAnswerEachDocumentOnceAndInOrderThoughInstancesAreKilled(GroupProtocol protocol) throws Exception {
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"), IMPATIENT_GROUPS)) {
            createTopics(broker.bootstrapServers(), 1);
            Map<String, String> environment = environment(broker.bootstrapServers(), protocol);
            try (InferenceInstance first = new InferenceInstance("first", temporary, environment);
                    InferenceInstance second = new InferenceInstance("second", temporary, environment);
                    InferenceInstance third = new InferenceInstance("third", temporary, environment);
                    DocumentLoad load = new DocumentLoad(broker.bootstrapServers(), topics, DOCUMENT_EVERY);
                    AnswerLog answers = answers(broker.bootstrapServers())) {
                List<InferenceInstance> all = List.of(first, second, third);
                await("all instances to run", () -> all.stream().allMatch(InferenceInstance::isRunning));

                // When
                int kills = INFERENCE_KILLS * rounds();
                for (int kill = 1; kill <= kills; kill++) {
                    InferenceInstance doomed = all.get(kill % all.size());
                    await(doomed.name() + " to have documents to answer", doomed::answers);
                    // At another moment of a batch's life each time.
                    Thread.sleep(kill % 20 * 13L);
                    doomed.kill();
                    long killed = System.nanoTime();
                    doomed.restart();
                    // Some of these are its partitions' documents, whichever those are.
                    Thread.sleep(500);
                    int sent = load.sent();
                    await("all that was sent about the kill", () -> answers.has(sent));
                    System.out.printf(
                            "%s, kill %d of %d (%s, after %d documents): all of them answered %.1f s later%n",
                            protocol, kill, kills, doomed.name(), sent, (System.nanoTime() - killed) / 1e9);
                    await(doomed.name() + " to run again", doomed::isRunning);
                }

                // Then
                assertEachOnceAndInOrder(load, answers);
            }
        }
    }

    /** It wakes up with batches that others have answered meanwhile, and knows nothing of it. */
    @ParameterizedTest
    @EnumSource(GroupProtocol.class)
    void shouldRepeatNothingWhenAnInstanceHangsUntilOthersHaveItsPartitions(GroupProtocol protocol) throws Exception {
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"), IMPATIENT_GROUPS)) {
            createTopics(broker.bootstrapServers(), 1);
            Map<String, String> environment = new HashMap<>(environment(broker.bootstrapServers(), protocol));
            environment.put("KAFKA_TRANSACTION_TIMEOUT_MS", "10000");
            try (InferenceInstance first = new InferenceInstance("first", temporary, environment);
                    InferenceInstance second = new InferenceInstance("second", temporary, environment);
                    DocumentLoad load = new DocumentLoad(broker.bootstrapServers(), topics, DOCUMENT_EVERY);
                    AnswerLog answers = answers(broker.bootstrapServers())) {
                await("both instances to run", () -> first.isRunning() && second.isRunning());
                for (InferenceInstance sleeper : List.of(first, second)) {
                    await(sleeper.name() + " to have documents to answer", sleeper::answers);

                    // When
                    sleeper.hang();
                    Thread.sleep(500);
                    int sent = load.sent();
                    await("all that was sent about the moment", () -> answers.has(sent));
                    sleeper.resume();

                    // Then
                    int later = load.sent();
                    await("all that was sent until it woke up", () -> answers.has(later));
                    await("both to be well again", () -> first.isRunning() && second.isRunning());
                }
                assertEachOnceAndInOrder(load, answers);
            }
        }
    }

    @Test
    void shouldScoreEachLabelledDocumentOnceThoughEvaluatorsAreKilled() throws Exception {
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"))) {
            createTopics(broker.bootstrapServers(), 1);
            Map<String, String> environment = environment(broker.bootstrapServers(), GroupProtocol.CLASSIC);
            try (InferenceInstance inference = new InferenceInstance("inference", temporary, environment);
                    ServiceInstance first = evaluator("first", environment);
                    ServiceInstance second = evaluator("second", environment);
                    ServiceInstance third = evaluator("third", environment);
                    DocumentLoad load =
                            DocumentLoad.ofLabelled(broker.bootstrapServers(), topics, LABELLED_DOCUMENT_EVERY);
                    AnswerLog scores = AnswerLog.ofScores(broker.bootstrapServers(), topics.scores(), PARTITIONS)) {
                List<ServiceInstance> all = List.of(first, second, third);
                await("inference to run", inference::isRunning);

                // When
                int kills = EVALUATOR_KILLS * rounds();
                for (int kill = 1; kill <= kills; kill++) {
                    ServiceInstance doomed = all.get(kill % all.size());
                    await(doomed.name() + " to have documents to score", () -> forwards(doomed));
                    Thread.sleep(kill % 20 * 17L);
                    doomed.kill();
                    long killed = System.nanoTime();
                    doomed.restart();
                    Thread.sleep(500);
                    int sent = load.sent();
                    await("all that was sent about the kill", () -> scores.has(sent));
                    System.out.printf(
                            "kill %d of %d (%s evaluator, after %d labelled documents): all of them scored %.1f s later%n",
                            kill, kills, doomed.name(), sent, (System.nanoTime() - killed) / 1e9);
                }

                // Then: there is one model, so one score for each
                assertEachOnceAndInOrder(load, scores);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("eachRound")
    void shouldLoseAndRepeatNothingWhenTheBrokerHangsAndWhenItDies(int round) throws Exception {
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"))) {
            createTopics(broker.bootstrapServers(), 1);
            Map<String, String> impatient =
                    new HashMap<>(environment(broker.bootstrapServers(), GroupProtocol.CLASSIC));
            impatient.put("KAFKA_REQUEST_TIMEOUT_MS", "2500");
            try (InferenceInstance first = new InferenceInstance("first", temporary, impatient);
                    InferenceInstance second = new InferenceInstance("second", temporary, impatient);
                    DocumentLoad load = new DocumentLoad(broker.bootstrapServers(), topics, DOCUMENT_EVERY);
                    AnswerLog answers = answers(broker.bootstrapServers())) {
                await("both instances to run", () -> first.isRunning() && second.isRunning());
                await("the first hundred answers", () -> answers.has(100));

                // When: it hangs
                broker.hang();
                await("both to say that they are held up", () -> isHeldUp(first) && isHeldUp(second));
                broker.resume();
                int sent = load.sent();
                await("all that was sent until then", () -> answers.has(sent));
                await("both to be well again", () -> first.isRunning() && second.isRunning());

                // When: it dies
                broker.kill();
                await("both to say that they are held up", () -> isHeldUp(first) && isHeldUp(second));
                broker.restart();
                await("both to be well again", () -> first.isRunning() && second.isRunning());

                // Then
                System.out.printf(
                        "round %d: %d transactions hung and were ended%n",
                        round, first.endedTransactions() + second.endedTransactions());
                assertEachOnceAndInOrder(load, answers);
            }
        }
    }

    /** How a broker goes away, and comes back. */
    private enum Fault {
        KILLED(LocalCluster::kill, LocalCluster::restart),
        HANGS(LocalCluster::hang, LocalCluster::resume),
        CUT_OFF(LocalCluster::cutOff, LocalCluster::rejoin);

        private final BiConsumer<LocalCluster, Integer> begin;
        private final BiConsumer<LocalCluster, Integer> end;

        Fault(BiConsumer<LocalCluster, Integer> begin, BiConsumer<LocalCluster, Integer> end) {
            this.begin = begin;
            this.end = end;
        }
    }

    @ParameterizedTest
    @MethodSource("eachRound")
    void shouldLoseAndRepeatNothingWhicheverOfThreeBrokersGoesAway(int round) throws Exception {
        try (LocalCluster cluster = LocalCluster.start(temporary.resolve("cluster"))) {
            createTopics(cluster.bootstrapServers(), cluster.nodes().size());
            Map<String, String> impatient =
                    new HashMap<>(environment(cluster.bootstrapServers(), GroupProtocol.CLASSIC));
            impatient.put("KAFKA_REQUEST_TIMEOUT_MS", "2500");
            try (InferenceInstance first = new InferenceInstance("first", temporary, impatient);
                    InferenceInstance second = new InferenceInstance("second", temporary, impatient);
                    DocumentLoad load = new DocumentLoad(cluster.bootstrapServers(), topics, DOCUMENT_EVERY);
                    AnswerLog answers = answers(cluster.bootstrapServers())) {
                await("both instances to run", () -> first.isRunning() && second.isRunning());
                await("the first hundred answers", () -> answers.has(100));

                Supplier<String> standing = () -> String.format(
                        "%d sent, %d taken by a broker, %d answered, instances %s and %s",
                        load.sent(), load.taken(), answers.documents(), first.state(), second.state());

                // When: one after the other, another one for each fault and in each round
                for (Fault fault : Fault.values()) {
                    int node = 1 + (round + fault.ordinal()) % cluster.nodes().size();
                    fault.begin.accept(cluster, node);
                    // As often as not for less time than its partitions keep it as their leader.
                    Thread.sleep(round % 2 == 0 ? 3_000 : 9_000);
                    int sent = load.sent();
                    if (round % 2 != 0) {
                        await(
                                "answers though broker " + node + " is away: " + fault,
                                () -> answers.has(sent),
                                standing);
                    }
                    fault.end.accept(cluster, node);
                    await("answers since broker " + node + " is back: " + fault, () -> answers.has(sent), standing);
                    await("both to be well again", () -> first.isRunning() && second.isRunning());
                }

                // Then
                assertEachOnceAndInOrder(load, answers);
            }
        }
    }

    /** What a broker leaves behind depends on the moment at which it dies. */
    static IntStream eachRound() {
        return IntStream.rangeClosed(1, rounds());
    }

    private static int rounds() {
        return Integer.getInteger("slicer.it.rounds", 1);
    }

    /** An instance that has a batch in flight fails to commit it, and tries again; others only see that nothing answers. */
    private static boolean isHeldUp(InferenceInstance instance) {
        return instance.state()
                .filter(state -> state.equals("RETRYING") || state.equals("HELD_UP"))
                .isPresent();
    }

    private static void assertEachOnceAndInOrder(DocumentLoad load, AnswerLog answers) throws InterruptedException {
        int documents = load.end();
        await("the last answers", () -> answers.has(documents));
        // Late repetitions would come with the next transactions, of which there are none any more.
        Thread.sleep(2000);
        System.out.printf(
                "%d documents: %d lost, %d repeated%n",
                documents, documents - answers.documents(), answers.answers() - answers.documents());
        assertThat(answers.documents()).isEqualTo(documents);
        assertThat(answers.answers()).isEqualTo(documents);
        assertThat(answers.numbersByKey())
                .allSatisfy((key, numbers) -> assertThat(numbers).as(key).isSorted());
    }

    private ServiceInstance evaluator(String name, Map<String, String> environment) throws IOException {
        Map<String, String> own = new HashMap<>(environment);
        own.put("SLICER_EVALUATOR_INSTANCE", name);
        own.put(
                "SLICER_EVALUATOR_STATE_FOLDER",
                temporary.resolve(name).resolve("state").toString());
        return new ServiceInstance("evaluator", name, temporary, own);
    }

    /** Whether it has partitions and works on them, since it was started. */
    private static boolean forwards(ServiceInstance evaluator) {
        return evaluator
                .body("/q/metrics")
                .filter(metrics -> FORWARDED.matcher(metrics).find())
                .isPresent();
    }

    private AnswerLog answers(String bootstrapServers) {
        return new AnswerLog(bootstrapServers, topics.entities(), PARTITIONS);
    }

    private void createTopics(String bootstrapServers, int replicas) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(Stream.of(
                                    topics.documents(),
                                    topics.entities(),
                                    topics.labelledDocuments(),
                                    topics.goldDocuments(),
                                    topics.scores())
                            .map(topic -> new NewTopic(topic, PARTITIONS, (short) replicas))
                            .toList())
                    .all()
                    .get();
        }
    }

    private Map<String, String> environment(String bootstrapServers, GroupProtocol protocol) throws IOException {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                // As short as a broker allows, so that the partitions of a dead instance soon have another.
                "KAFKA_SESSION_TIMEOUT_MS",
                "6000",
                "KAFKA_HEARTBEAT_INTERVAL_MS",
                "1000",
                "SLICER_INFERENCE_STREAM_GROUP_PROTOCOL",
                protocol.name(),
                "SLICER_INFERENCE_CHECKPOINT",
                // What it finds is of no interest here; it only has to be a checkpoint.
                TinyCheckpoint.fineTune(temporary, 1).toString());
    }

    private static void await(String what, BooleanSupplier condition) {
        await(what, condition, () -> "in vain");
    }

    /** @param standing what to tell when the time is over: at which end of the stream it stands still */
    private static void await(String what, BooleanSupplier condition, Supplier<String> standing) {
        try {
            Awaitility.await(what).atMost(LIMIT).pollInSameThread().until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("waited for %s: %s".formatted(what, standing.get()), e);
        }
    }
}
