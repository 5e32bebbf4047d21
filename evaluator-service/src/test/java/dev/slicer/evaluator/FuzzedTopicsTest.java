package dev.slicer.evaluator;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.json.Json;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.service.testing.BrokerResource;
import dev.slicer.service.testing.Management;
import dev.slicer.service.testing.Marks;
import dev.slicer.service.testing.WrittenLog;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
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

    @Test
    void shouldWriteNoWordOfADocumentAnywhereButWhereItIsToBeTagged() {
        try (TestTopics records = new TestTopics(kafka);
                WrittenLog log = WrittenLog.open()) {
            // Given
            await("its topics")
                    .until(() -> when().get(Management.at("/q/health/ready")).statusCode() == 200);
            JsonNode words = json(
                    "{\"id\":\"1\",\"benchmark\":\"marked\",\"language\":\"sw\",\"text\":\"%s %s\",\"words\":[\"%s\",\"%s\"],"
                            + "\"tags\":[\"B-PER\",\"I-PER\"],\"scheme\":\"IOB2\"}");
            JsonNode entities = json("{\"id\":\"2\",\"benchmark\":\"marked\",\"language\":\"sw\",\"text\":\"%s %s\","
                    + "\"entities\":[{\"type\":\"PER\",\"start\":0,\"end\":6}]}");
            JsonNode answer = json("{\"documentId\":\"evaluation/marked/sw/good\",\"modelId\":\"m\","
                    + "\"taggedAt\":\"2026-03-01T12:00:00Z\",\"tags\":[\"B-PER\"],\"entities\":[{\"type\":\"PER\","
                    + "\"text\":\"%s\",\"start\":0,\"end\":6,\"startCodePoint\":0,\"endCodePoint\":6,\"score\":0.5}]}");

            // When: labelled documents and answers, good and bad in all ways
            List<byte[]> labelled = new ArrayList<>(Marks.spoiled(words));
            labelled.addAll(Marks.spoiled(entities));
            for (String tags : List.of(
                    "[\"%s\",\"B-PER\"]", "[\"Z-%s\",\"O\"]", "[\"B-PER\",\"%s \\u0001\"]", "[\"(%s*\",\"O\"]")) {
                labelled.add(EventJson.write(json("{\"id\":\"3\",\"benchmark\":\"marked\",\"language\":\"sw\","
                        + "\"words\":[\"%s\",\"%s\"],\"tags\":" + tags + "}")));
            }
            labelled.add(EventJson.write(json("{\"id\":\"4\",\"benchmark\":\"marked\",\"language\":\"sw\","
                    + "\"text\":\"other words\",\"words\":[\"%s\",\"%s\"],\"tags\":[\"O\",\"O\"]}")));
            labelled.add(EventJson.write(words));
            labelled.forEach(
                    value -> records.send(new ProducerRecord<>(topics.labelledDocuments(), Marks.bytes("a"), value)));
            records.send(events.write(
                    topics.labelledDocuments(),
                    new LabelledDocument("good", "marked", "sw", List.of(Marks.WORD), List.of("B-PER"))));
            // The same with other labels.
            records.send(events.write(
                    topics.labelledDocuments(),
                    new LabelledDocument("good", "marked", "sw", List.of(Marks.WORD), List.of("O"))));
            records.await(topics.documents(), 1, TestTopics.keyed("evaluation/marked/sw/good"));
            byte[] id = Marks.bytes("evaluation/marked/sw/good");
            Marks.spoiled(answer).forEach(value -> records.send(new ProducerRecord<>(topics.entities(), id, value)));
            for (String tag : List.of(Marks.WORD, "Z-" + Marks.WORD)) {
                records.send(new ProducerRecord<>(
                        topics.entities(), id, Marks.bytes(answer.toString().replace("B-PER", tag))));
            }

            // Then
            records.await(topics.scores(), 1, TestTopics.keyed("evaluation/marked/sw/good"));
            await("the conflict")
                    .until(() -> records.held(topics.deadLetters()).stream()
                            .anyMatch(letter -> TestTopics.header(letter, "dead-letter-reason")
                                    .equals("gold_conflict")));
            Marks.assertAbsentFromCauses(records, topics.deadLetters());
            records.held(topics.scores(), "evaluation/marked/sw/good")
                    .forEach(score -> Marks.assertAbsent("a score", new String(score.value(), StandardCharsets.UTF_8)));
            for (String page : List.of(
                    Management.at("/q/metrics"),
                    Management.at("/q/health"),
                    "/v1/report?benchmark=marked",
                    "/v1/checkpoints",
                    "/v1/drift")) {
                Marks.assertAbsent(page, when().get(page).asString());
            }
            Marks.assertAbsent(log);
        }
    }

    private static JsonNode json(String json) {
        try {
            return Json.mapper().readTree(json.replace("%s", Marks.WORD));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
