package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.testbroker.TestBroker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class FuzzedTopicsTest {
    private static final int RECORDS = 200;

    @TempDir
    Path folder;

    @Test
    void shouldRunAJobBehindRecordsOfNoUse() {
        try (TestBroker broker = TestTrainer.broker(folder.resolve("broker"))) {
            TestTrainer.createTopics(broker.bootstrapServers());
            KafkaClients clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
            try (TestTopics records = new TestTopics(clients);
                    TestTrainer trainer = TestTrainer.start(broker.bootstrapServers(), folder, "trainer")) {
                // Given
                FuzzedRecords fuzzed = new FuzzedRecords(20260301);
                for (int i = 0; i < RECORDS; i++) {
                    records.send(fuzzed.written(TOPICS.trainingRequests(), SampleEvents.request()));
                    records.send(fuzzed.written(TOPICS.trainingProgress(), SampleEvents.status()));
                }

                // When
                records.send(new KafkaEvents(URI.create("/test"), Clock.systemUTC())
                        .write(
                                TOPICS.trainingRequests(),
                                new TrainingRequest(
                                        "good",
                                        "mbert",
                                        List.of("sample:en.train"),
                                        Map.of(),
                                        List.of("PER", "ORG", "LOC"),
                                        Hyperparameters.defaults().withMaxSteps(2))));

                // Then
                await("the job to succeed")
                        .until(() -> records.held(TOPICS.trainingProgress(), "good").stream()
                                .map(record -> KafkaEvents.read(record, TrainingStatus.class)
                                        .state())
                                .anyMatch(State.SUCCEEDED::equals));
                assertThat(trainer.failures()).isEmpty();
            }
        }
    }
}
