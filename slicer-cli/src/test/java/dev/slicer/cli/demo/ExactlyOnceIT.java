package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.LocalBroker;
import dev.slicer.events.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
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
        try (LocalBroker broker = LocalBroker.start(temporary.resolve("broker"))) {
            createTopics(broker);
            Map<String, String> environment = environment(broker);
            try (InferenceInstance first = new InferenceInstance("first", temporary, environment);
                    InferenceInstance second = new InferenceInstance("second", temporary, environment);
                    DocumentLoad load = new DocumentLoad(broker.bootstrapServers(), topics, DOCUMENT_EVERY);
                    AnswerLog answers = answers(broker)) {
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
        try (LocalBroker broker = LocalBroker.start(temporary.resolve("broker"))) {
            createTopics(broker);
            Map<String, String> impatient = new HashMap<>(environment(broker));
            impatient.put("KAFKA_REQUEST_TIMEOUT_MS", "2500");
            try (InferenceInstance first = new InferenceInstance("first", temporary, impatient);
                    InferenceInstance second = new InferenceInstance("second", temporary, impatient);
                    DocumentLoad load = new DocumentLoad(broker.bootstrapServers(), topics, DOCUMENT_EVERY);
                    AnswerLog answers = answers(broker)) {
                await("both instances to run", () -> first.isRunning() && second.isRunning());
                await("the first hundred answers", () -> answers.has(100));

                // When: it hangs
                broker.hang();
                await("an instance to retry", () -> isRetrying(first) || isRetrying(second));
                broker.resume();
                int sent = load.sent();
                await("all that was sent until then", () -> answers.has(sent));
                await("both to be well again", () -> first.isRunning() && second.isRunning());

                // When: it dies
                broker.kill();
                await("an instance to retry", () -> isRetrying(first) || isRetrying(second));
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

    /** What a broker leaves behind depends on the moment at which it dies. */
    static IntStream rounds() {
        return IntStream.rangeClosed(1, Integer.getInteger("slicer.it.rounds", 1));
    }

    private static boolean isRetrying(InferenceInstance instance) {
        return instance.state().filter("RETRYING"::equals).isPresent();
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

    private AnswerLog answers(LocalBroker broker) {
        return new AnswerLog(broker.bootstrapServers(), topics.entities(), PARTITIONS);
    }

    private void createTopics(LocalBroker broker) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic(topics.documents(), PARTITIONS, (short) 1),
                            new NewTopic(topics.entities(), PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private Map<String, String> environment(LocalBroker broker) throws IOException {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
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
        Deadline deadline = Deadline.in(LIMIT);
        while (!condition.getAsBoolean()) {
            assertThat(deadline.passed()).as("waited for %s", what).isFalse();
            Deadline.pause();
        }
    }
}
