package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.trainer.TestCluster.ENDLESS;
import static dev.slicer.trainer.TestCluster.SECOND_OF_STEPS;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.kafka.testing.TestTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of requests that are given out again and again, on a real broker that gives each out five times. */
@Timeout(180)
class DeliveriesTest {
    private static final String GROUP = "slicer.trainer-jobs";

    @TempDir
    Path folder;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(folder);
        // So that the group has its settings, and the request has been taken in.
        TestTrainer first = cluster.trainer("preparing");
        cluster.request("warm-up", 2);
        cluster.awaitState("warm-up", State.SUCCEEDED);
        cluster.stop(first);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void shouldFailAJobThatBringsOneTrainerAfterTheOtherDown() {
        // Given
        request("deadly", ENDLESS);
        fallSilent("deadly");

        // When
        TestTrainer heir = cluster.trainer("heir");

        // Then
        cluster.awaitState("deadly", State.FAILED);
        assertThat(cluster.statuses("deadly"))
                .last()
                .extracting(TrainingStatus::message)
                .isEqualTo(
                        "given up: trainers had this job 4 times, and none of them saved more than step 0; the last, silent, "
                                + "fell silent over it; their logs may say why");
        cluster.request("next", 2);
        cluster.awaitState("next", State.SUCCEEDED);
        assertThat(heir.jobsRun()).containsExactly("next");
    }

    @Test
    void shouldGoOnWithAJobThatGetsFurtherThoughItsTrainersFallSilent() throws IOException {
        // Given: more is saved each time that the deliveries come to their end
        request("slow", 5 * TestTrainer.SAVE_EVERY);
        fallSilent("slow");
        save("slow", "silent", TestTrainer.SAVE_EVERY);

        // When
        TestTrainer heir = cluster.trainer("heir");

        // Then
        cluster.awaitState("slow", State.SUCCEEDED);
        assertThat(heir.jobsRun()).containsExactly("slow");
        assertThat(heir.counter("slicer.training.resumed.jobs")).isEqualTo(1);
        assertThat(requests("slow")).hasSize(2);
        assertThat(TestTopics.header(requests("slow").get(1), "requeued-from"))
                .isEqualTo(
                        "slicer.training-requests-0-" + requests("slow").get(0).offset());
        assertThat(TestTopics.header(requests("slow").get(1), "requeued-at-step"))
                .isEqualTo(Integer.toString(TestTrainer.SAVE_EVERY));
    }

    @Test
    void shouldFailAJobThatHadGotFurtherBeforeButNotSince() throws IOException {
        // Given: a request that was put into the topic again at the step that is saved still
        cluster.requestAgain("stuck", ENDLESS, "slicer.training-requests-0-0", TestTrainer.SAVE_EVERY);
        cluster.report(TrainingStatus.of("stuck", State.QUEUED, "waiting for a trainer"));
        fallSilent("stuck");
        save("stuck", "silent", TestTrainer.SAVE_EVERY);

        // When
        cluster.trainer("heir");

        // Then
        cluster.awaitState("stuck", State.FAILED);
        assertThat(cluster.statuses("stuck"))
                .last()
                .satisfies(status -> assertThat(status.message())
                        .contains("none of them saved more than step " + TestTrainer.SAVE_EVERY));
        await("what was saved to be deleted").until(() -> !Files.exists(folder.resolve("state/stuck")));
    }

    @Test
    void shouldNotUseAJobUpByStoppingItsTrainersInGoodOrder() {
        // Given: as many stops as deliveries, each before anything is saved
        request("patient", 2);
        cluster.report(
                TrainingStatus.of("patient", State.RUNNING, "fine-tuning").by("leaving"));
        cluster.report(TrainingStatus.of("patient", State.QUEUED, "the trainer stopped before the job's end")
                .by("leaving"));
        giveOut("patient", AcknowledgeType.RELEASE, TestTrainer.MAX_DELIVERIES - 1);

        // When
        cluster.trainer("staying");

        // Then
        cluster.awaitState("patient", State.SUCCEEDED);
        assertThat(cluster.statesOf("patient")).doesNotContain(State.FAILED);
        assertThat(requests("patient")).hasSize(2);
    }

    @Test
    void shouldRunAJobOnceThatIsAskedForTwice() {
        // Given
        TestTrainer first = cluster.trainer("first");
        TestTrainer second = cluster.trainer("second");

        // When
        cluster.request("twice", 2 * SECOND_OF_STEPS);
        cluster.request("twice", 2 * SECOND_OF_STEPS);
        cluster.awaitState("twice", State.SUCCEEDED);
        cluster.request("next", 2);
        cluster.awaitState("next", State.SUCCEEDED);

        // Then
        assertThat(Stream.concat(first.jobsRun().stream(), second.jobsRun().stream()))
                .containsExactlyInAnyOrder("twice", "next");
        assertThat(cluster.records.held(TOPICS.checkpoints(), "twice")).hasSize(1);
    }

    @Test
    void shouldRunAnAverageOnceTheJobsAreOverThatItWaitsForThoughItIsAskedForFirstAndOfTheOnlyTrainer() {
        // Given
        TestTrainer only = cluster.trainer("only");

        // When
        cluster.requestAverage("of-averages", "average", "third");
        cluster.requestAverage("average", "first", "second");
        cluster.request("first", SECOND_OF_STEPS);
        cluster.request("second", SECOND_OF_STEPS);
        cluster.request("third", 2);

        // Then
        cluster.awaitState("average", State.SUCCEEDED);
        cluster.awaitState("of-averages", State.SUCCEEDED);
        assertThat(only.jobsRun()).containsExactly("first", "second", "third");
        assertThat(requests("average")).hasSize(2);
        assertThat(requests("of-averages")).hasSize(2);
    }

    @Test
    void shouldRunAnAverageThoughTheLastJobThatItWaitsForWasCancelledWhileItWaited() {
        // Given
        cluster.trainer("first");
        cluster.requestAverage("waiting", "unwanted", "done");
        cluster.request("done", 2);
        cluster.awaitState("done", State.SUCCEEDED);

        // When: nobody runs it, so nobody is at its end
        cluster.report(TrainingStatus.of("unwanted", State.CANCELLED, "cancelled on request"));

        // Then
        cluster.awaitState("waiting", State.FAILED);
        assertThat(cluster.statuses("waiting"))
                .last()
                .satisfies(status -> assertThat(status.message()).contains("unwanted"));
    }

    @Test
    void shouldRunAJobAfterAllWhoseRequestTheGroupIsDoneWith() {
        // Given: as when a trainer dies between the last delivery and the report of it
        request("orphan", 2);
        giveOut("orphan", AcknowledgeType.REJECT, 1);

        // When
        TestTrainer heir = cluster.trainer("heir");

        // Then
        cluster.awaitState("orphan", State.SUCCEEDED);
        assertThat(heir.jobsRun()).containsExactly("orphan");
    }

    @Test
    void shouldPassOverWhatIsNoRequest() {
        // Given
        cluster.records.send(TOPICS.trainingRequests(), "none", "{");
        cluster.records.send(TOPICS.trainingRequests(), "empty", "{\"jobId\":\"empty\",\"train\":[]}");

        // When
        TestTrainer trainer = cluster.trainer("trainer");
        cluster.request("next", 2);

        // Then
        cluster.awaitState("next", State.SUCCEEDED);
        assertThat(trainer.failures()).isEmpty();
        assertThat(new FileCheckpointStore(folder.resolve("store")).list())
                .extracting(checkpoint -> checkpoint.id())
                .containsExactlyInAnyOrder("warm-up", "next");
    }

    /** A request that was taken in, before any trainer has it. */
    private void request(String jobId, int steps) {
        cluster.request(jobId, steps);
        cluster.report(TrainingStatus.of(jobId, State.QUEUED, "waiting for a trainer"));
    }

    /** What trainers leave that crash in the job: its last delivery. */
    private void fallSilent(String jobId) {
        cluster.report(
                TrainingStatus.of(jobId, State.PREPARING, "reading the corpora").by("silent"));
        cluster.report(TrainingStatus.of(jobId, State.RUNNING, "fine-tuning").by("silent"));
        giveOut(jobId, AcknowledgeType.RELEASE, TestTrainer.MAX_DELIVERIES - 1);
    }

    /** Has the group give the request out so often, as it does to trainers. */
    private void giveOut(String jobId, AcknowledgeType end, int times) {
        List<Integer> deliveries = new ArrayList<>();
        try (ShareConsumer<byte[], byte[]> consumer = cluster.clients.sharer(GROUP)) {
            consumer.subscribe(List.of(TOPICS.trainingRequests()));
            await("the request of " + jobId).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    boolean given = TestTopics.key(record).equals(jobId);
                    consumer.acknowledge(record, given ? end : AcknowledgeType.ACCEPT);
                    consumer.commitSync();
                    if (given) {
                        deliveries.add((int) record.deliveryCount().orElseThrow());
                    }
                }
                return deliveries.size() == times;
            });
        }
        assertThat(deliveries).last().isEqualTo(times);
    }

    private void save(String jobId, String trainer, int step) throws IOException {
        Path save = folder.resolve("state")
                .resolve(jobId)
                .resolve(trainer)
                .resolve("state")
                .resolve("step-%06d".formatted(step));
        Files.writeString(Files.createDirectories(save).resolve("state.json"), Integer.toString(step));
    }

    private List<ConsumerRecord<byte[], byte[]>> requests(String jobId) {
        return cluster.records.held(TOPICS.trainingRequests(), jobId);
    }
}
