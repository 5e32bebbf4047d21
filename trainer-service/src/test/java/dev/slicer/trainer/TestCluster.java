package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.ChildJvm;
import dev.slicer.events.EventJson;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.testbroker.TestBroker;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A broker, a store, and trainers that a test starts; a step of the played fine-tuning takes 2 ms. */
final class TestCluster implements AutoCloseable {
    static final int SECOND_OF_STEPS = 450;
    static final int ENDLESS = 1_000_000;

    final Path folder;
    final TestBroker broker;
    final KafkaClients clients;
    final TestTopics records;
    private final List<TestTrainer> trainers = new ArrayList<>();

    TestCluster(Path folder) {
        this.folder = folder;
        this.broker = TestTrainer.broker(folder.resolve("broker"));
        TestTrainer.createTopics(broker.bootstrapServers());
        this.clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
        this.records = new TestTopics(clients);
    }

    @Override
    public void close() {
        trainers.forEach(TestTrainer::close);
        records.close();
        broker.close();
    }

    TestTrainer trainer(String name) {
        return manage(TestTrainer.start(broker.bootstrapServers(), folder, name));
    }

    /** Stops the trainer with all others. */
    TestTrainer manage(TestTrainer started) {
        trainers.add(started);
        return started;
    }

    void stop(TestTrainer trainer) {
        trainer.close();
        trainers.remove(trainer);
    }

    /** A trainer that can be killed, in a process of its own. */
    ChildJvm child(String name) throws IOException {
        return ChildJvm.start(new ChildJvm.Command(
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Arrays.asList(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator)),
                TrainerProcess.class.getName(),
                List.of(broker.bootstrapServers(), folder.toString(), name),
                Map.of(),
                folder.resolve(name + ".log"),
                Files.createDirectories(folder.resolve(name))));
    }

    void request(String jobId, int steps) {
        send(run(jobId, steps));
    }

    /** As a trainer puts a request into its topic again. */
    void requestAgain(String jobId, int steps, String from, int step) {
        ProducerRecord<byte[], byte[]> record =
                TestTopics.record(TOPICS.trainingRequests(), jobId, text(EventJson.write(run(jobId, steps))));
        record.headers().add("requeued-from", from.getBytes(StandardCharsets.UTF_8));
        record.headers().add("requeued-at-step", Integer.toString(step).getBytes(StandardCharsets.UTF_8));
        records.send(record);
    }

    private static TrainingRequest run(String jobId, int steps) {
        return new TrainingRequest(
                jobId,
                "mbert",
                List.of("sample:en.train"),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(steps));
    }

    void requestAverage(String jobId, String... of) {
        send(new TrainingRequest(
                jobId,
                "mbert",
                List.of(),
                List.of(of),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4),
                new Snapshots.None(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of()));
    }

    private void send(TrainingRequest request) {
        records.send(TOPICS.trainingRequests(), request.jobId(), text(EventJson.write(request)));
    }

    void report(TrainingStatus status) {
        records.send(TOPICS.trainingProgress(), status.jobId(), text(EventJson.write(status)));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    void awaitState(String jobId, State state) {
        await(jobId + " to be " + state)
                .until(() -> statuses(jobId).stream().anyMatch(status -> status.state() == state));
    }

    /** As they changed. */
    List<State> statesOf(String jobId) {
        List<State> states = new ArrayList<>();
        for (TrainingStatus status : statuses(jobId)) {
            if (states.isEmpty() || states.get(states.size() - 1) != status.state()) {
                states.add(status.state());
            }
        }
        return states;
    }

    List<TrainingStatus> statuses(String jobId) {
        return records.held(TOPICS.trainingProgress(), jobId).stream()
                .map(record -> KafkaEvents.read(record, TrainingStatus.class))
                .toList();
    }

    static void signal(ChildJvm process, String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
