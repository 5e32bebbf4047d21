package dev.slicer.evaluator;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = BrokerResource.class, restrictToAnnotatedClass = true)
class FuzzedTopicsTest {
    private static final int RECORDS = 200;

    @Inject
    KafkaClients kafka;

    @Inject
    Topics topics;

    @Inject
    KafkaEvents events;

    @Test
    void shouldScoreAndFollowCheckpointsBehindRecordsOfNoUse() {
        try (TestTopics records = new TestTopics(kafka)) {
            // Given
            await("its topics")
                    .until(() -> when().get(Management.at("/q/health/ready")).statusCode() == 200);
            FuzzedRecords fuzzed = new FuzzedRecords(20260301);
            for (int i = 0; i < RECORDS; i++) {
                for (ProducerRecord<byte[], byte[]> compacted : List.of(
                        fuzzed.written(topics.checkpoints(), SampleEvents.announcement()),
                        fuzzed.written(topics.scoreTotals(), SampleEvents.totals()))) {
                    if (compacted.key() != null) {
                        // A broker takes no record without a key for a compacted topic.
                        records.send(compacted);
                    }
                }
                records.send(fuzzed.written(topics.checkpointEvents(), SampleEvents.verdict()));
                records.send(fuzzed.written(topics.checkpointTelemetry(), SampleEvents.telemetry()));
                records.send(fuzzed.written(topics.trainingProgress(), SampleEvents.status()));
                records.send(fuzzed.written(topics.scores(), SampleEvents.score()));
                records.send(fuzzed.written(topics.labelledDocuments(), SampleEvents.wordsWithTags()));
                records.send(fuzzed.written(topics.goldDocuments(), SampleEvents.textWithEntities()));
                records.send(fuzzed.written(topics.entities(), SampleEvents.entities()));
            }

            // When: a good one of each
            records.send(events.write(
                    topics.labelledDocuments(),
                    new LabelledDocument("good", "good", "sw", List.of("Asha"), List.of("B-PER"))));
            records.await(topics.documents(), 1, TestTopics.keyed("evaluation/good/sw/good"));
            records.send(events.write(
                    topics.entities(),
                    new EntitiesEvent(
                            "evaluation/good/sw/good",
                            Optional.of("sw"),
                            Optional.empty(),
                            "good-model",
                            Instant.now(),
                            List.of(),
                            Optional.of(List.of("B-PER")))));
            records.send(events.write(
                    topics.checkpointEvents(),
                    CheckpointEvent.of("good-model", Kind.PROMOTED, Instant.now(), "somebody", "a test")));

            // Then
            assertThat(records.await(topics.scores(), 1, TestTopics.keyed("evaluation/good/sw/good")))
                    .extracting(record ->
                            KafkaEvents.read(record, DocumentScored.class).outcome())
                    .containsExactly(DocumentScored.Outcome.ANSWERED);
            await("the report").until(() -> when().get("/v1/report").asString().contains("\"modelId\":\"good-model\""));
            await("the promotion")
                    .until(() ->
                            when().get("/v1/checkpoints/good-model").asString().contains("promoted"));
            when().get(Management.at("/q/health/live")).then().statusCode(200);
            String metrics = when().get(Management.at("/q/metrics")).asString();
            for (String topic : List.of(
                    topics.checkpointEvents(),
                    topics.checkpointTelemetry(),
                    topics.scores(),
                    topics.scoreTotals(),
                    topics.entities())) {
                assertThat(metrics)
                        .containsPattern(
                                "slicer_passed_over_records_total\\{.*reason=\"failed\",topic=\"" + topic + "\"} 0")
                        .containsPattern("slicer_passed_over_records_total\\{.*reason=\"wrong_type\",topic=\"" + topic
                                + "\"} [1-9]");
            }
        }
    }
}
