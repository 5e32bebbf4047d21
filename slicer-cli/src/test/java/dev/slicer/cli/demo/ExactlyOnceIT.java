package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.LocalCluster;
import dev.slicer.events.Topics;
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
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents in, entities out as it is shipped: two instances, a real broker, and either of them going away.
 *
 * <p>System property {@code slicer.it.rounds} is how often each test of a broker that goes away is run, once by default.
 */
class ExactlyOnceIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PARTITIONS = 6;
    private static final int KILLS = 10;
    private static final Duration DOCUMENT_EVERY = Duration.ofMillis(12);

    private final Topics topics = Topics.defaults();

    @TempDir
    Path temporary;

    @Test
    void shouldAnswerEachDocumentOnceAndInOrderThoughInstancesAreKilledTenTimes() throws Exception {
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"))) {
            createTopics(broker.bootstrapServers(), 1);
            Map<String, String> environment = environment(broker.bootstrapServers());
            try (InferenceInstance first = new InferenceInstance("first", temporary, environment);
                    InferenceInstance second = new InferenceInstance("second", temporary, environment);
                    DocumentLoad load = new DocumentLoad(broker.bootstrapServers(), topics, DOCUMENT_EVERY);
                    AnswerLog answers = answers(broker.bootstrapServers())) {
                await("both instances to run", () -> first.isRunning() && second.isRunning());

                // When
                for (int kill = 1; kill <= KILLS; kill++) {
                    InferenceInstance doomed = kill % 2 == 0 ? first : second;
                    await(doomed.name() + " to have documents to answer", doomed::answers);
                    // At another moment of a batch's life each time.
                    Thread.sleep(kill * 13L);
                    doomed.kill();
                    long killed = System.nanoTime();
                    doomed.restart();
                    // Some of these are its partitions' documents, whichever those are.
                    Thread.sleep(500);
                    int sent = load.sent();
                    await("all that was sent about the kill", () -> answers.has(sent));
                    System.out.printf(
                            "kill %d of %d (%s, after %d documents): all of them answered %.1f s later%n",
                            kill, KILLS, doomed.name(), sent, (System.nanoTime() - killed) / 1e9);
                    await(doomed.name() + " to run again", doomed::isRunning);
                }

                // Then
                assertEachOnceAndInOrder(load, answers);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void shouldLoseAndRepeatNothingWhenTheBrokerHangsAndWhenItDies(int round) throws Exception {
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"))) {
            createTopics(broker.bootstrapServers(), 1);
            Map<String, String> impatient = new HashMap<>(environment(broker.bootstrapServers()));
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
    @MethodSource("rounds")
    void shouldLoseAndRepeatNothingWhicheverOfThreeBrokersGoesAway(int round) throws Exception {
        try (LocalCluster cluster = LocalCluster.start(temporary.resolve("cluster"))) {
            createTopics(cluster.bootstrapServers(), cluster.nodes().size());
            Map<String, String> impatient = new HashMap<>(environment(cluster.bootstrapServers()));
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
    static IntStream rounds() {
        return IntStream.rangeClosed(1, Integer.getInteger("slicer.it.rounds", 1));
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

    private AnswerLog answers(String bootstrapServers) {
        return new AnswerLog(bootstrapServers, topics.entities(), PARTITIONS);
    }

    private void createTopics(String bootstrapServers, int replicas) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(
                            new NewTopic(topics.documents(), PARTITIONS, (short) replicas),
                            new NewTopic(topics.entities(), PARTITIONS, (short) replicas)))
                    .all()
                    .get();
        }
    }

    private Map<String, String> environment(String bootstrapServers) throws IOException {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                // As short as a broker allows, so that the partitions of a dead instance soon have another.
                "KAFKA_SESSION_TIMEOUT_MS",
                "6000",
                "KAFKA_HEARTBEAT_INTERVAL_MS",
                "1000",
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
