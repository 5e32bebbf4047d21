package dev.slicer.inference;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.TestCheckpoints;
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
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    @Test
    void shouldWriteNoWordOfADocumentAnywhereButInItsAnswer() {
        try (TestTopics records = new TestTopics(clients);
                WrittenLog log = WrittenLog.open()) {
            // Given
            TestCheckpoints checkpoints = new TestCheckpoints(store, folder, clock);
            records.send(events.write(
                    topics.checkpoints(), checkpoints.announcement("marked", checkpoints.publish("marked"))));
            records.send(events.write(
                    topics.checkpointEvents(),
                    CheckpointEvent.of("marked", Kind.PROMOTED, clock.instant(), "somebody", "a test")));
            await("marked to serve")
                    .until(() -> models.current()
                            .filter(model -> model.modelId().equals("marked"))
                            .isPresent());

            // When: good and bad documents in all ways
            overRest();
            int letters = fromKafka(records);

            // Then
            records.await(topics.deadLetters(), letters, record -> true);
            await("the last document")
                    .until(() -> !records.held(topics.entities(), "marked-last").isEmpty());
            Marks.assertAbsentFromCauses(records, topics.deadLetters());
            for (String page : List.of(Management.at("/q/metrics"), Management.at("/q/health"), "/v1/models")) {
                Marks.assertAbsent(page, when().get(page).asString());
            }
            for (String topic : List.of(topics.checkpointTelemetry(), topics.checkpointEvents())) {
                records.held(topic, "marked")
                        .forEach(record -> Marks.assertAbsent(
                                topic,
                                record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8)));
            }
            Marks.assertAbsent(log);
        }
    }

    /** Of what is refused its sender is told where, and names of fields, but nothing that stands in them. */
    private static void overRest() {
        JsonNode document =
                json("{\"text\":\"%s\",\"language\":\"sw\",\"words\":[[0,4]],\"options\":{\"minScore\":0.5}}");
        Map<String, JsonNode> dialects = Map.of(
                "/v1/tag", document,
                "/models/slicer", json("{\"inputs\":[\"%s\"],\"parameters\":{\"stride\":1,\"ignore_labels\":[\"O\"]}}"),
                "/v2/models/slicer/infer",
                        json(
                                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"%s\"]}]}"));
        dialects.forEach((path, valid) -> {
            assertThat(post(path, "application/json", EventJson.write(valid)).statusCode())
                    .isEqualTo(200);
            Marks.spoiled(valid).forEach(body -> assertToldWithoutQuotes(path, post(path, "application/json", body)));
            // The model fails on it, with an exception that quotes it.
            Response failed = post(
                    path,
                    "application/json",
                    EventJson.write(json(valid.toString().replace("Wangari", "poison"))));
            assertThat(failed.statusCode()).isEqualTo(500);
            assertToldWithoutQuotes(path, failed);
        });
        List<byte[]> lines = new ArrayList<>(Marks.spoiled(document));
        lines.add(EventJson.write(json("{\"text\":\"poison %s\"}")));
        for (byte[] line : lines) {
            assertToldWithoutQuotes("a line", post("/v1/tag", "application/x-ndjson", line));
        }
    }

    private int fromKafka(TestTopics records) {
        JsonNode document = json("{\"id\":\"a\",\"text\":\"%s\",\"language\":\"sw\",\"words\":[[0,4]]}");
        List<byte[]> documents = new ArrayList<>(Marks.spoiled(document));
        documents.add(EventJson.write(json("{\"id\":\"a\",\"text\":\"poison %s\"}")));
        documents.add(EventJson.write(json("{\"id\":\"a\",\"text\":\"" + Marks.TEXT.repeat(100_000) + "\"}")));
        for (byte[] value : documents) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.documents(), Marks.bytes("a"), value);
            record.headers().add("author", Marks.bytes(Marks.TEXT));
            records.send(record);
        }
        for (String header : List.of("ce_type", "ce_specversion", "ce_time", "content-type")) {
            ProducerRecord<byte[], byte[]> record =
                    events.write(topics.documents(), new DocumentEvent("a", Marks.TEXT, Optional.empty(), List.of()));
            record.headers().remove(header).add(header, Marks.bytes(Marks.TEXT));
            records.send(record);
        }
        JsonNode trial =
                Json.mapper().createObjectNode().put("modelId", "marked").set("document", document);
        for (byte[] value : Marks.spoiled(trial)) {
            records.send(new ProducerRecord<>(topics.trialDocuments(), Marks.bytes("a"), value));
        }
        records.send(events.write(
                topics.documents(), new DocumentEvent("marked-last", Marks.TEXT, Optional.empty(), List.of())));
        // Some are as good as they were: fields that nobody reads, and such.
        return documents.size() / 2;
    }

    private static Response post(String path, String type, byte[] body) {
        return given().config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig().encodeContentTypeAs(type, ContentType.BINARY)))
                .contentType(type)
                .body(body)
                .post(path);
    }

    private static void assertToldWithoutQuotes(String what, Response response) {
        assertThat(response.statusCode()).as(what).isIn(200, 400, 404, 413, 415, 422, 500);
        for (String line : response.asString().split("\n")) {
            if (line.contains("\"status\"") || line.contains("\"error\"")) {
                Marks.assertNotQuoted(what, line);
            }
        }
    }

    private static JsonNode json(String json) {
        try {
            return Json.mapper().readTree(json.formatted(Marks.TEXT));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
