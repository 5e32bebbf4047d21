package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.trainer.TestCluster.ENDLESS;
import static dev.slicer.trainer.TestCluster.SECOND_OF_STEPS;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.ChildJvm;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.trainer.TrainerSettings.Sharing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several trainers, one broker, one store; a step of the played fine-tuning takes 2 ms. */
@Timeout(180)
class SharedJobsTest {
    @TempDir
    Path folder;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(folder);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void shouldShareSixJobsBetweenTwoTrainersAndRunEachOnce() {
        // Given
        TestTrainer first = cluster.trainer("first");
        TestTrainer second = cluster.trainer("second");
        List<String> jobs = List.of("job-1", "job-2", "job-3", "job-4", "job-5", "job-6");

        // When
        jobs.forEach(job -> cluster.request(job, SECOND_OF_STEPS));
        jobs.forEach(job -> cluster.awaitState(job, State.SUCCEEDED));

        // Then
        assertThat(first.jobsRun()).hasSizeBetween(2, 4);
        assertThat(second.jobsRun()).hasSizeBetween(2, 4);
        assertThat(Stream.concat(first.jobsRun().stream(), second.jobsRun().stream()))
                .containsExactlyInAnyOrderElementsOf(jobs);
        jobs.forEach(job -> {
            assertThat(cluster.statesOf(job))
                    .containsExactly(State.QUEUED, State.PREPARING, State.RUNNING, State.PUBLISHING, State.SUCCEEDED);
            assertThat(cluster.records.held(TOPICS.checkpoints(), job)).hasSize(1);
        });
    }

    @Test
    void shouldTakeAJobOverFromATrainerThatWasKilled() throws IOException {
        // Given
        ChildJvm doomed = cluster.child("child");
        cluster.request("orphan", 10 * SECOND_OF_STEPS);
        await("the job's state to have been saved")
                .until(() ->
                        cluster.statuses("orphan").stream().anyMatch(status -> status.step() > TestTrainer.SAVE_EVERY));
        TestTrainer heir = cluster.trainer("heir");

        // When
        doomed.kill();

        // Then
        cluster.awaitState("orphan", State.SUCCEEDED);
        assertThat(heir.jobsRun()).containsExactly("orphan");
        assertThat(heir.counter("slicer.training.taken.over.jobs")).isEqualTo(1);
        assertThat(heir.counter("slicer.training.resumed.jobs")).isEqualTo(1);
        assertThat(cluster.statuses("orphan").stream().flatMapToInt(status -> status.resumedFromStep().stream()))
                .isNotEmpty()
                .allMatch(step -> step > 0 && step % TestTrainer.SAVE_EVERY == 0);
        await("the state to be deleted").until(() -> !Files.exists(folder.resolve("state/orphan")));
        assertThat(cluster.records.held(TOPICS.checkpoints(), "orphan")).hasSize(1);
        assertThat(cluster.statesOf("orphan")).endsWith(State.SUCCEEDED);
    }

    @Test
    void shouldHarmNobodyWhenATrainerWakesUpWhoseJobAnotherHas() throws Exception {
        // Given
        try (ChildJvm suspended = cluster.child("child")) {
            cluster.request("contested", 20 * SECOND_OF_STEPS);
            await("the job's state to have been saved")
                    .until(() -> cluster.statuses("contested").stream()
                            .anyMatch(status -> status.step() > TestTrainer.SAVE_EVERY));
            TestCluster.signal(suspended, "STOP");
            TestTrainer heir = cluster.trainer("heir");
            await("the job to be the heir's")
                    .until(() -> cluster.statuses("contested").stream()
                            .anyMatch(status ->
                                    status.trainer().filter("heir"::equals).isPresent()
                                            && status.state() == State.RUNNING));

            // When
            TestCluster.signal(suspended, "CONT");

            // Then
            await("the first to notice").until(() -> suspended.output().contains("is lost; its job stops here"));
            await("the first to clear up behind itself").until(() -> !Files.exists(folder.resolve("work/.child")));
            cluster.awaitState("contested", State.SUCCEEDED);
            assertThat(heir.jobsRun()).containsExactly("contested");
            assertThat(heir.counter("slicer.training.resumed.jobs")).isEqualTo(1);
            assertThat(cluster.records.held(TOPICS.checkpoints(), "contested")).hasSize(1);
            assertThat(cluster.statesOf("contested"))
                    .containsSubsequence(State.RUNNING, State.PUBLISHING, State.SUCCEEDED)
                    .doesNotContain(State.FAILED, State.CANCELLED);
            int resumedFrom = cluster.statuses("contested").stream()
                    .filter(status -> status.trainer().filter("heir"::equals).isPresent())
                    .flatMapToInt(status -> status.resumedFromStep().stream())
                    .findFirst()
                    .orElseThrow();
            Path model = new FileCheckpointStore(folder.resolve("store"))
                    .fetch("contested")
                    .folder();
            byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
            assertThat(ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getFloat(weights.length - Float.BYTES))
                    .as("the step that the model went on from, which tells whose it is")
                    .isEqualTo(resumedFrom);
            await("the state to be deleted").until(() -> !Files.exists(folder.resolve("state/contested")));
        }
    }

    @Test
    void shouldStopAJobWhoseLockCannotBeRenewedAndRunItAgainWhenTheBrokerIsBack() {
        // Given
        TestTrainer trainer = cluster.trainer("cut-off");
        cluster.request("held", ENDLESS);
        cluster.awaitState("held", State.RUNNING);
        cluster.request("next", 2);
        assertThat(trainer.engine.stopped).isEmpty();

        // When
        cluster.broker.kill();

        // Then
        await("the holder to stop").until(() -> !trainer.engine.stopped.isEmpty());
        assertThat(new FileCheckpointStore(folder.resolve("store")).list()).isEmpty();

        // And when
        cluster.broker.restart();
        await("the job to begin anew").until(() -> trainer.jobsRun().size() >= 2);
        cluster.report(TrainingStatus.of("held", State.CANCELLED, "cancelled on request"));

        // Then
        cluster.awaitState("next", State.SUCCEEDED);
        assertThat(cluster.records.held(TOPICS.checkpoints(), "held")).isEmpty();
        assertThat(cluster.records.held(TOPICS.checkpoints(), "next")).hasSize(1);
    }

    @Test
    void shouldKeepAJobThatTakesLongerThanAConsumerMayBeSilent() {
        // Given
        Map<String, Object> impatient = Map.of(
                "bootstrap.servers",
                cluster.broker.bootstrapServers(),
                "max.poll.interval.ms",
                1_500,
                "session.timeout.ms",
                6_000,
                "heartbeat.interval.ms",
                500);
        TestTrainer first = cluster.manage(TestTrainer.start(impatient, folder, "first", Sharing.SHARE_GROUP));
        TestTrainer second = cluster.manage(TestTrainer.start(impatient, folder, "second", Sharing.SHARE_GROUP));

        // When
        cluster.request("long", 5 * SECOND_OF_STEPS);

        // Then
        cluster.awaitState("long", State.SUCCEEDED);
        assertThat(first.jobsRun().size() + second.jobsRun().size()).isEqualTo(1);
        assertThat(cluster.statesOf("long")).doesNotHaveDuplicates();
    }

    @Test
    void shouldGiveAJobBackAtOnceWhenATrainerIsStoppedInGoodOrder() {
        // Given
        TestTrainer leaving = cluster.trainer("leaving");
        cluster.request("passed-on", 5 * SECOND_OF_STEPS);
        cluster.awaitState("passed-on", State.RUNNING);
        TestTrainer staying = cluster.trainer("staying");

        // When
        cluster.stop(leaving);

        // Then
        cluster.awaitState("passed-on", State.SUCCEEDED);
        assertThat(staying.jobsRun()).containsExactly("passed-on");
        assertThat(staying.counter("slicer.training.taken.over.jobs")).isZero();
    }

    @Test
    void shouldShareTwentyShortJobsEvenlyAmongFiveTrainers() {
        // Given
        List<TestTrainer> five = IntStream.range(0, 5)
                .mapToObj(i -> cluster.trainer("trainer-" + i))
                .toList();
        List<String> jobs = IntStream.range(0, 20).mapToObj(i -> "short-" + i).toList();
        cluster.request("first", 2);
        cluster.awaitState("first", State.SUCCEEDED);

        // When
        jobs.forEach(job -> cluster.request(job, SECOND_OF_STEPS));
        jobs.forEach(job -> cluster.awaitState(job, State.SUCCEEDED));

        // Then
        assertThat(five.stream().flatMap(trainer -> trainer.jobsRun().stream()))
                .hasSize(21)
                .doesNotHaveDuplicates()
                .containsAll(jobs);
        assertThat(five).allSatisfy(trainer -> assertThat(trainer.jobsRun()).hasSizeBetween(2, 6));
    }

    @Test
    void shouldBeginANewJobWithinASecondThoughAnotherTrainerIsBusy() {
        // Given
        cluster.trainer("first");
        cluster.trainer("second");
        cluster.request("long", ENDLESS);
        cluster.awaitState("long", State.RUNNING);
        cluster.request("warm-up", 2);
        cluster.awaitState("warm-up", State.SUCCEEDED);

        // When
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String job = "prompt-" + i;
            cluster.request(job, 2);
            cluster.awaitState(job, State.SUCCEEDED);
            waits.add(Duration.between(writtenAt(TOPICS.trainingRequests(), job, 0), beganAt(job))
                    .toMillis());
        }

        // Then
        System.out.println("Milliseconds from a request to its begin: " + waits);
        assertThat(waits).allMatch(wait -> wait < 1_000);
        cluster.report(TrainingStatus.of("long", State.CANCELLED, "cancelled on request"));
    }

    @Test
    void shouldReachARunningJobWithACancellationWithinFiveSeconds() {
        // Given
        TestTrainer busy = cluster.trainer("busy");
        cluster.request("unwanted", ENDLESS);
        cluster.awaitState("unwanted", State.RUNNING);

        // When: as another trainer reports it, that was asked over REST
        long asked = System.nanoTime();
        cluster.report(TrainingStatus.of("unwanted", State.CANCELLED, "cancelled on request"));
        await("the job to stop").until(() -> !busy.engine.stopped.isEmpty());

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
        cluster.request("next", 2);
        cluster.awaitState("next", State.SUCCEEDED);
        assertThat(busy.jobsRun()).containsExactly("unwanted", "next");
        assertThat(cluster.records.held(TOPICS.checkpoints(), "unwanted")).isEmpty();
    }

    @Test
    void shouldLoseNoJobAndPublishEachOnceThoughTheBrokerStartsAnewInTheMiddle() {
        // Given
        List<TestTrainer> three =
                List.of(cluster.trainer("first"), cluster.trainer("second"), cluster.trainer("third"));
        List<String> jobs = IntStream.range(0, 6).mapToObj(i -> "job-" + i).toList();
        jobs.forEach(job -> cluster.request(job, 4 * SECOND_OF_STEPS));
        cluster.awaitState("job-2", State.RUNNING);

        // When
        cluster.broker.kill();
        cluster.broker.restart();

        // Then
        jobs.forEach(job -> cluster.awaitState(job, State.SUCCEEDED));
        jobs.forEach(job ->
                assertThat(cluster.records.held(TOPICS.checkpoints(), job)).hasSize(1));
        assertThat(new FileCheckpointStore(folder.resolve("store")).list()).hasSize(6);
        assertThat(three).allSatisfy(trainer -> assertThat(trainer.failures()).isEmpty());
    }

    private Instant writtenAt(String topic, String jobId, int record) {
        return Instant.ofEpochMilli(
                cluster.records.held(topic, jobId).get(record).timestamp());
    }

    private Instant beganAt(String jobId) {
        List<State> states =
                cluster.statuses(jobId).stream().map(TrainingStatus::state).toList();
        return writtenAt(TOPICS.trainingProgress(), jobId, states.indexOf(State.PREPARING));
    }
}
