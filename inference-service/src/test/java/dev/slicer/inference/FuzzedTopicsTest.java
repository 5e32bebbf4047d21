package dev.slicer.inference;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.TestCheckpoints;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.service.testing.BrokerResource;
import dev.slicer.service.testing.Management;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(value = BrokerResource.class, restrictToAnnotatedClass = true)
class FuzzedTopicsTest {
    private static final int RECORDS = 200;

    @Inject
    ServingModel models;

    @Inject
    CheckpointLoading loading;

    @Inject
    DocumentStreams streams;

    @Inject
    CheckpointStore store;

    @Inject
    Topics topics;

    @Inject
    KafkaEvents events;

    @Inject
    Clock clock;

    @Inject
    KafkaClients clients;

    @TempDir
    Path folder;

    @Test
    void shouldServeAndAnswerBehindRecordsOfNoUse() {
        try (TestTopics records = new TestTopics(clients)) {
            // Given
            TestCheckpoints checkpoints = new TestCheckpoints(store, folder, clock);
            checkpoints.publish(SampleEvents.ID);
            FuzzedRecords fuzzed = new FuzzedRecords(20260301);
            for (int i = 0; i < RECORDS; i++) {
                ProducerRecord<byte[], byte[]> announcement =
                        fuzzed.written(topics.checkpoints(), SampleEvents.announcement());
                if (announcement.key() != null) {
                    // A broker takes no record without a key for a compacted topic.
                    records.send(announcement);
                }
                records.send(fuzzed.written(topics.checkpointEvents(), SampleEvents.verdict()));
                records.send(fuzzed.written(topics.trialDocuments(), SampleEvents.trialDocument()));
                records.send(fuzzed.written(topics.documents(), SampleEvents.document()));
            }

            // When: a good one of each
            records.send(
                    events.write(topics.checkpoints(), checkpoints.announcement("good", checkpoints.publish("good"))));
            records.send(events.write(
                    topics.checkpointEvents(),
                    CheckpointEvent.of("good", Kind.PROMOTED, clock.instant(), "somebody", "a test")));
            await("good to serve")
                    .until(() -> models.current()
                            .filter(model -> model.modelId().equals("good"))
                            .isPresent());
            DocumentEvent document = new DocumentEvent("good-document", "Maathai", Optional.of("sw"), List.of());
            DocumentEvent trial = new DocumentEvent("good-trial", "Maathai", Optional.of("sw"), List.of());
            records.send(events.write(topics.documents(), document));
            records.send(events.write(topics.trialDocuments(), new TrialDocument("good", trial)));

            // Then
            assertThat(records.await(
                            topics.entities(),
                            2,
                            record -> TestTopics.key(record).startsWith("good-")))
                    .extracting(record ->
                            KafkaEvents.read(record, EntitiesEvent.class).documentId())
                    .containsExactlyInAnyOrder("good-document", "good-trial");
            assertThat(loading.isAlive()).isTrue();
            when().get(Management.at("/q/health/live")).then().statusCode(200);
            assertThat(when().get(Management.at("/q/metrics")).asString())
                    .containsPattern(
                            "slicer_passed_over_records_total\\{.*reason=\"invalid_value\",topic=\"slicer.checkpoint-events\"} [1-9]")
                    .containsPattern("reason=\"failed\",topic=\"slicer.checkpoint-events\"} 0")
                    .containsPattern("reason=\"failed\",topic=\"slicer.checkpoints\"} 0");
        }
    }
}
