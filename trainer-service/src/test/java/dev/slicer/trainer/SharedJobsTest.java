package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.ChildJvm;
import dev.slicer.broker.LocalBroker;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.events.EventJson;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.trainer.TrainerSettings.Sharing;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several trainers, one broker, one store; a step of the played fine-tuning takes 2 ms. */
@Timeout(180)
class SharedJobsTest {
    private static final int SECOND_OF_STEPS = 450;
    private static final int ENDLESS = 1_000_000;

    @TempDir
    Path folder;

    private LocalBroker broker;
    private TestTopics records;
    private final List<TestTrainer> trainers = new ArrayList<>();

    @BeforeEach
    void start() {
        broker = TestTrainer.broker(folder.resolve("broker"));
        TestTrainer.createTopics(broker.bootstrapServers());
        records = new TestTopics(new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers())));
    }

    @AfterEach
    void stop() {
        trainers.forEach(TestTrainer::close);
        records.close();
        broker.close();
    }

    @Test
    void shouldShareSixJobsBetweenTwoTrainersAndRunEachOnce() {
        // Given
        TestTrainer first = trainer("first");
        TestTrainer second = trainer("second");
        List<String> jobs = List.of("job-1", "job-2", "job-3", "job-4", "job-5", "job-6");

        // When
        jobs.forEach(job -> request(job, SECOND_OF_STEPS));
        jobs.forEach(job -> awaitState(job, State.SUCCEEDED));

        // Then
        assertThat(first.jobsRun()).hasSizeBetween(2, 4);
        assertThat(second.jobsRun()).hasSizeBetween(2, 4);
        assertThat(Stream.concat(first.jobsRun().stream(), second.jobsRun().stream()))
                .containsExactlyInAnyOrderElementsOf(jobs);
        jobs.forEach(job -> {
            assertThat(statesOf(job))
                    .containsExactly(State.QUEUED, State.PREPARING, State.RUNNING, State.PUBLISHING, State.SUCCEEDED);
            assertThat(records.held(TOPICS.checkpoints(), job)).hasSize(1);
        });
    }

    @Test
    void shouldTakeAJobOverFromATrainerThatWasKilled() throws IOException {
        // Given
        ChildJvm doomed = child();
        request("orphan", 10 * SECOND_OF_STEPS);
        await("the job's state to have been saved")
                .until(() -> statuses("orphan").stream().anyMatch(status -> status.step() > TestTrainer.SAVE_EVERY));
        TestTrainer heir = trainer("heir");

        // When
        doomed.kill();

        // Then
        awaitState("orphan", State.SUCCEEDED);
        assertThat(heir.jobsRun()).containsExactly("orphan");
        assertThat(heir.counter("slicer.training.taken.over.jobs")).isEqualTo(1);
        assertThat(heir.counter("slicer.training.resumed.jobs")).isEqualTo(1);
        assertThat(statuses("orphan").stream().flatMapToInt(status -> status.resumedFromStep().stream()))
                .isNotEmpty()
                .allMatch(step -> step > 0 && step % TestTrainer.SAVE_EVERY == 0);
        await("the state to be deleted").until(() -> !Files.exists(folder.resolve("state/orphan")));
        assertThat(records.held(TOPICS.checkpoints(), "orphan")).hasSize(1);
        assertThat(statesOf("orphan")).endsWith(State.SUCCEEDED);
    }

    @Test
    void shouldHarmNobodyWhenATrainerWakesUpWhoseJobAnotherHas() throws Exception {
        // Given
        try (ChildJvm suspended = child()) {
            request("contested", 20 * SECOND_OF_STEPS);
            await("the job's state to have been saved")
                    .until(() ->
                            statuses("contested").stream().anyMatch(status -> status.step() > TestTrainer.SAVE_EVERY));
            signal(suspended, "STOP");
            TestTrainer heir = trainer("heir");
            await("the job to be the heir's")
                    .until(() -> statuses("contested").stream()
                            .anyMatch(status ->
                                    status.trainer().filter("heir"::equals).isPresent()
                                            && status.state() == State.RUNNING));

            // When
            signal(suspended, "CONT");

            // Then
            await("the first to notice").until(() -> suspended.output().contains("is lost; its job stops here"));
            await("the first to clear up behind itself").until(() -> !Files.exists(folder.resolve("work/.child")));
            awaitState("contested", State.SUCCEEDED);
            assertThat(heir.jobsRun()).containsExactly("contested");
            assertThat(heir.counter("slicer.training.resumed.jobs")).isEqualTo(1);
            assertThat(records.held(TOPICS.checkpoints(), "contested")).hasSize(1);
            assertThat(statesOf("contested"))
                    .containsSubsequence(State.RUNNING, State.PUBLISHING, State.SUCCEEDED)
                    .doesNotContain(State.FAILED, State.CANCELLED);
            int resumedFrom = statuses("contested").stream()
                    .filter(status -> status.trainer().filter("heir"::equals).isPresent())
                    .flatMapToInt(status -> status.resumedFromStep().stream())
                    .findFirst()
                    .orElseThrow();
            Path model = new FileCheckpointStore(folder.resolve("store")).fetch("contested");
            byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
            assertThat(ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getFloat(weights.length - Float.BYTES))
                    .as("the step that the model went on from, which tells whose it is")
                    .isEqualTo(resumedFrom);
            await("the state to be deleted").until(() -> !Files.exists(folder.resolve("state/contested")));
        }
    }

    private static void signal(ChildJvm process, String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void shouldStopAJobWhoseLeaseCannotBeRenewedAndRunItAgainWhenTheBrokerIsBack() {
        // Given
        TestTrainer trainer = trainer("cut-off");
        request("held", ENDLESS);
        awaitState("held", State.RUNNING);
        request("next", 2);
        assertThat(trainer.engine.stopped).isEmpty();

        // When
        broker.kill();

        // Then
        await("the holder to stop").until(() -> !trainer.engine.stopped.isEmpty());
        assertThat(new FileCheckpointStore(folder.resolve("store")).list()).isEmpty();

        // And when
        broker.restart();
        await("the job to begin anew").until(() -> trainer.jobsRun().size() >= 2);
        records.send(TestTopics.record(
                TOPICS.trainingProgress(),
                "held",
                new String(
                        EventJson.write(TrainingStatus.of("held", State.CANCELLED, "cancelled on request")),
                        StandardCharsets.UTF_8)));

        // Then
        awaitState("next", State.SUCCEEDED);
        assertThat(records.held(TOPICS.checkpoints(), "held")).isEmpty();
        assertThat(records.held(TOPICS.checkpoints(), "next")).hasSize(1);
    }

    @Test
    void shouldKeepAJobThatTakesLongerThanAConsumerMayBeSilent() {
        // Given
        Map<String, Object> impatient = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "max.poll.interval.ms",
                1_500,
                "session.timeout.ms",
                6_000,
                "heartbeat.interval.ms",
                500);
        TestTrainer first = TestTrainer.start(impatient, folder, "first", Sharing.SHARE_GROUP);
        trainers.add(first);
        TestTrainer second = TestTrainer.start(impatient, folder, "second", Sharing.SHARE_GROUP);
        trainers.add(second);

        // When
        request("long", 5 * SECOND_OF_STEPS);

        // Then
        awaitState("long", State.SUCCEEDED);
        assertThat(first.jobsRun().size() + second.jobsRun().size()).isEqualTo(1);
        assertThat(statesOf("long")).doesNotHaveDuplicates();
    }

    @Test
    void shouldGiveAJobBackAtOnceWhenATrainerIsStoppedInGoodOrder() {
        // Given
        TestTrainer leaving = trainer("leaving");
        request("passed-on", 5 * SECOND_OF_STEPS);
        awaitState("passed-on", State.RUNNING);
        TestTrainer staying = trainer("staying");

        // When
        leaving.close();
        trainers.remove(leaving);

        // Then
        awaitState("passed-on", State.SUCCEEDED);
        assertThat(staying.jobsRun()).containsExactly("passed-on");
        assertThat(staying.counter("slicer.training.taken.over.jobs")).isZero();
    }

    private TestTrainer trainer(String name) {
        TestTrainer started = TestTrainer.start(broker.bootstrapServers(), folder, name);
        trainers.add(started);
        return started;
    }

    private ChildJvm child() throws IOException {
        return ChildJvm.start(new ChildJvm.Command(
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Arrays.asList(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator)),
                TrainerProcess.class.getName(),
                List.of(broker.bootstrapServers(), folder.toString(), "child"),
                Map.of(),
                folder.resolve("child.log"),
                Files.createDirectories(folder.resolve("child"))));
    }

    private void request(String jobId, int steps) {
        TrainingRequest request = new TrainingRequest(
                jobId,
                "mbert",
                List.of("sample:en.train"),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(steps));
        records.send(TestTopics.record(
                TOPICS.trainingRequests(), jobId, new String(EventJson.write(request), StandardCharsets.UTF_8)));
    }

    private void awaitState(String jobId, State state) {
        await(jobId + " to be " + state)
                .until(() -> statuses(jobId).stream().anyMatch(status -> status.state() == state));
    }

    /** As they changed. */
    private List<State> statesOf(String jobId) {
        List<State> states = new ArrayList<>();
        for (TrainingStatus status : statuses(jobId)) {
            if (states.isEmpty() || states.get(states.size() - 1) != status.state()) {
                states.add(status.state());
            }
        }
        return states;
    }

    private List<TrainingStatus> statuses(String jobId) {
        return records.held(TOPICS.trainingProgress(), jobId).stream()
                .map(record -> KafkaEvents.read(record, TrainingStatus.class))
                .toList();
    }
}
