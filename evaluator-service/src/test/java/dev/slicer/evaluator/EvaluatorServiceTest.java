package dev.slicer.evaluator;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.kafka.testing.TestTopics.header;
import static dev.slicer.kafka.testing.TestTopics.key;
import static dev.slicer.kafka.testing.TestTopics.keyed;
import static dev.slicer.kafka.testing.TestTopics.record;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Event;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.service.testing.BrokerResource;
import dev.slicer.service.testing.GuardedRoutes;
import dev.slicer.service.testing.KeyFiles;
import dev.slicer.service.testing.KeysResource;
import dev.slicer.service.testing.Management;
import dev.slicer.service.testing.Promtool;
import dev.slicer.text.Entity;
import dev.slicer.text.Word;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The evaluator on a real broker; the tests play the inference service. Each has a benchmark of its own. */
@QuarkusTest
@QuarkusTestResource(
        value = BrokerResource.class,
        initArgs = @ResourceArg(name = "slicer.evaluator.promotion.benchmarks", value = "promotion"))
@QuarkusTestResource(value = KeysResource.class, restrictToAnnotatedClass = true)
class EvaluatorServiceTest {
    @Inject
    Router router;

    @TestHTTPResource("/")
    URI service;

    @Inject
    KafkaClients kafka;

    @Inject
    Topics topics;

    @Inject
    KafkaEvents events;

    private TestTopics records;

    @BeforeEach
    void connect() {
        records = new TestTopics(kafka);
        RestAssured.requestSpecification = new RequestSpecBuilder()
                .addHeader("X-API-Key", KeyFiles.ofAsha())
                .build();
    }

    @AfterEach
    void disconnect() {
        records.close();
        RestAssured.requestSpecification = null;
    }

    @Test
    void shouldLetEachRoleInWhereItBelongsAndNobodyElse() throws IOException, InterruptedException {
        new GuardedRoutes(service, "evaluator").checkAll("dev.slicer.evaluator", router);
    }

    @Test
    void shouldPublishALabelledDocumentAsTextWithItsWords() {
        // Given
        LabelledDocument labelled =
                labelled("words", "zh", "1", List.of("王", "在", "北京"), List.of("B-PER", "O", "B-LOC"));
        ProducerRecord<byte[], byte[]> record = events.write(topics.labelledDocuments(), labelled);
        record.headers().add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8));

        // When
        records.send(record);

        // Then
        ConsumerRecord<byte[], byte[]> published = records.await(topics.documents(), 1, keyed("evaluation/words/zh/1"))
                .get(0);
        DocumentEvent document = KafkaEvents.read(published, DocumentEvent.class);
        assertThat(document.text()).isEqualTo("王在北京");
        assertThat(document.words()).containsExactly(new Word(0, 1), new Word(1, 2), new Word(2, 4));
        assertThat(document.language()).hasValue("zh");
        assertThat(header(published, "traceparent")).isEqualTo("00-1-2-01");
    }

    @Test
    void shouldScoreAnswersInAnyOrderOnce() {
        // Given: the second document's answer comes before its gold, the first's comes twice, one model answers both
        send(topics.entities(), answer("order", "sw", "2", "model-a", List.of("O", "B-LOC")));
        send(
                topics.labelledDocuments(),
                labelled("order", "sw", "1", List.of("Asha", "Juma"), List.of("B-PER", "I-PER")));
        send(topics.entities(), answer("order", "sw", "1", "model-a", List.of("B-PER", "I-PER")));
        send(topics.entities(), answer("order", "sw", "1", "model-a", List.of("B-PER", "I-PER")));
        send(topics.entities(), answer("order", "sw", "1", "model-b", List.of("O", "O")));
        send(
                topics.labelledDocuments(),
                labelled("order", "sw", "2", List.of("Kwa", "Dar"), List.of("B-PER", "B-LOC")));
        send(topics.labelledDocuments(), labelled("order", "sw", "3", List.of("Nairobi"), List.of("B-LOC")));

        // When
        records.await(topics.scores(), 3, score -> key(score).startsWith("evaluation/order/"));
        records.await(topics.documents(), 3, document -> key(document).startsWith("evaluation/order/"));

        // Then
        await("the report").until(() -> reportOf("model-a").contains("\"documents\":2"));
        given().queryParam("model", "model-a")
                .when()
                .get("/v1/report")
                .then()
                .statusCode(200)
                .body(
                        "results.find { it.benchmark == 'order' }.languages[0].scorings.'strict'.overall.truePositives",
                        equalTo(2))
                .body(
                        "results.find { it.benchmark == 'order' }.languages[0].scorings.'strict'.byType.PER.falseNegatives",
                        equalTo(1))
                .body(
                        "results.find { it.benchmark == 'order' }.languages[0].scorings.'strict'.f1Interval.low",
                        lessThanOrEqualTo(0.8f))
                .body("results.find { it.benchmark == 'order' }.languages[0].matches.partial.correct", equalTo(2))
                .body("results.findAll { it.modelId != 'model-a' }.size()", equalTo(0));
        await("the counters")
                .until(() -> metrics()
                        .contains(
                                "slicer_evaluation_entities_total{benchmark=\"order\",language=\"sw\",model=\"model-a\","
                                        + "outcome=\"true_positive\",scoring=\"strict\",type=\"LOC\"} 1.0"));
        await("the gauges")
                .until(() -> metrics()
                        .contains("slicer_evaluation_f1_ratio{benchmark=\"order\",language=\"sw\",model=\"model-a\","
                                + "scoring=\"strict\",type=\"all\"} 0.8"));
        assertThat(metrics())
                .contains("slicer_evaluation_precision_ratio{")
                .contains("slicer_evaluation_recall_ratio{")
                .contains("slicer_evaluation_matches_total{")
                .contains("slicer_evaluation_last_answer_seconds{benchmark=\"order\"}")
                .contains("slicer_evaluation_documents_total{benchmark=\"order\",language=\"sw\",model=\"model-a\","
                        + "outcome=\"answered\"} 2.0")
                .contains("slicer_evaluation_pending_documents{benchmark=\"order\",language=\"sw\"} 1.0")
                .contains("slicer_evaluation_forwarded_documents_total")
                .contains("slicer_evaluation_refused_documents_total{reason=\"invalid_value\"}")
                .contains("slicer_evaluation_unscored_answers_total{reason=\"not_aligned\"}")
                .contains("kafka_consumer_fetch_manager_records_lag");
    }

    @Test
    void shouldReportPageByPage() {
        // Given: one of its names needs an address of more than the usual length
        String longest = "王".repeat(255);
        for (String model : List.of("model-a", longest)) {
            send(topics.entities(), answer("pages", "sw", "1", model, List.of("B-PER")));
        }
        send(topics.labelledDocuments(), labelled("pages", "sw", "1", List.of("Asha"), List.of("B-PER")));
        await("both models' scores")
                .until(() -> given().queryParam("benchmark", "pages")
                        .get("/v1/report")
                        .path("results.size()")
                        .equals(2));

        // When
        Response first = given().queryParam("benchmark", "pages")
                .queryParam("language", "sw")
                .queryParam("limit", 1)
                .get("/v1/report");
        Response second = given().urlEncodingEnabled(false).get(first.<String>path("next"));
        Response ofOne =
                given().queryParam("model", longest).queryParam("limit", 1).get("/v1/report");

        // Then
        first.then().body("results.modelId", contains("model-a"));
        second.then().statusCode(200).body("results.modelId", contains(longest)).body("$", not(hasKey("next")));
        ofOne.then()
                .statusCode(200)
                .body("results.benchmark", contains("pages"))
                .body("$", not(hasKey("next")));
        given().queryParam("after", "pages/" + longest + "/aa")
                .queryParam("benchmark", "pages")
                .queryParam("model", longest)
                .get("/v1/report")
                .then()
                .statusCode(200)
                .body("results.modelId", contains(longest));
    }

    @Test
    void shouldRefuseAReportThatIsAskedForWithWhatMakesNoSense() {
        given().queryParam("limit", 0)
                .get("/v1/report")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", equalTo("limit must be between 1 and 1000, got \"0\""));
    }

    @Test
    void shouldAnswerEachBadLabelledDocumentWithADeadLetterAndGoOn() {
        // Given
        String topic = topics.labelledDocuments();
        records.send(topic, "bad-1", "{\"id\":");
        records.send(
                topic,
                "bad-2",
                "{\"id\":\"1\",\"benchmark\":\"bad\",\"language\":\"sw\",\"words\":[\"a\",\"b\"],\"tags\":[\"O\"]}");
        records.send(
                topic,
                "bad-3",
                "{\"id\":\"1\",\"benchmark\":\"bad\",\"language\":\"sw\",\"words\":[\"a\"],\"tags\":[\"PER\"]}");
        ProducerRecord<byte[], byte[]> traced = record(topic, "bad-4", "[]");
        traced.headers().add("traceparent", "00-3-4-01".getBytes(StandardCharsets.UTF_8));
        records.send(traced);
        send(topic, labelled("bad", "sw", "good", List.of("a"), List.of("O")));

        // When
        List<ConsumerRecord<byte[], byte[]>> letters =
                records.await(topics.deadLetters(), 4, letter -> key(letter).startsWith("bad-"));

        // Then
        Map<String, ConsumerRecord<byte[], byte[]>> byKey = new HashMap<>();
        letters.forEach(letter -> byKey.put(key(letter), letter));
        assertThat(header(byKey.get("bad-1"), "dead-letter-reason")).isEqualTo("not_json");
        assertThat(header(byKey.get("bad-2"), "dead-letter-cause"))
                .contains("there must be one tag per word, got 2 words and 1 tags");
        assertThat(header(byKey.get("bad-3"), "dead-letter-cause"))
                .isEqualTo("tags[0]: it is no tag; expected O or a prefix of B I L U E S M W, as in B-PER");
        assertThat(header(byKey.get("bad-3"), "dead-letter-topic")).isEqualTo(topic);
        assertThat(header(byKey.get("bad-4"), "traceparent")).isEqualTo("00-3-4-01");
        assertThat(records.await(topics.documents(), 1, keyed("evaluation/bad/sw/good")))
                .hasSize(1);
    }

    @Test
    void shouldMoveGoldAsideThatContradictsWhatCameBefore() {
        // Given
        String topic = topics.labelledDocuments();
        send(topic, labelled("conflict", "sw", "1", List.of("Asha"), List.of("B-PER")));
        records.await(topics.documents(), 1, keyed("evaluation/conflict/sw/1"));

        // When: other tags, other words, the same once more
        send(topic, labelled("conflict", "sw", "1", List.of("Asha"), List.of("O")));
        send(topic, labelled("conflict", "sw", "1", List.of("Asha", "Juma"), List.of("B-PER", "I-PER")));
        send(topic, labelled("conflict", "sw", "1", List.of("Asha"), List.of("B-PER")));

        // Then
        List<ConsumerRecord<byte[], byte[]>> letters = records.await(
                topics.deadLetters(),
                2,
                letter -> header(letter, "dead-letter-reason").equals("gold_conflict"));
        assertThat(letters).hasSize(2).allSatisfy(letter -> {
            assertThat(key(letter)).isEqualTo("1");
            assertThat(header(letter, "dead-letter-cause"))
                    .isEqualTo("evaluation/conflict/sw/1 came before with other words or tags; the first counts");
        });
        assertThat(records.await(topics.documents(), 2, keyed("evaluation/conflict/sw/1")))
                .hasSize(2)
                .allSatisfy(record -> assertThat(
                                KafkaEvents.read(record, DocumentEvent.class).text())
                        .isEqualTo("Asha"));
        await("both refusals to be counted")
                .until(() -> given().when()
                        .get(Management.at("/q/metrics"))
                        .asString()
                        .contains("slicer_evaluation_refused_documents_total{reason=\"gold_conflict\"} 2.0"));
    }

    @Test
    void shouldWatchWhatEverybodysDocumentsAreLike() {
        // Given: documents of others, and one of ours
        for (int i = 0; i < 3; i++) {
            send(topics.entities(), ordinary("somebody-" + i, "drift-model"));
        }
        send(topics.entities(), answer("drift", "sw", "1", "drift-model", List.of("O")));

        // When
        await("the documents to be counted")
                .until(
                        () -> metrics()
                                .contains(
                                        "slicer_drift_documents{language=\"ha\",model=\"drift-model\",window=\"current\"} 3.0"));

        // Then: too few to compare
        given().when()
                .get("/v1/drift")
                .then()
                .statusCode(200)
                .body("distances.size()", equalTo(0))
                .body("documents.findAll { it.model == 'drift-model' }.documents.sum()", equalTo(3));
    }

    private static EntitiesEvent ordinary(String id, String model) {
        return new EntitiesEvent(
                id,
                Optional.of("ha"),
                Optional.empty(),
                model,
                Instant.now(),
                List.of(new Entity("PER", "Asha", 0, 4, 0, 4, 0.9)),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new EntitiesEvent.SubTokenCount(5, 1)));
    }

    @Test
    void shouldBeReadyOnceAllIsReadAgain() {
        await("readiness")
                .until(() ->
                        given().when().get(Management.at("/q/health/ready")).statusCode() == 200);
        assertThat(given().when()
                        .get(Management.at("/q/health/ready"))
                        .jsonPath()
                        .getString("checks.find { it.name == 'evaluation-topics' }.data.state"))
                .isEqualTo("RUNNING");
        assertThat(given().when().get(Management.at("/q/health/live")).statusCode())
                .isEqualTo(200);
        assertThat(given().when().get("/q/openapi").asString())
                .contains("/v1/report", "/v1/checkpoints/{id}", "/v1/drift");
        JsonPath described = given().when().get("/q/openapi?format=json").jsonPath();
        assertThat(described.getMap("paths.'/v1/report'.get.responses")).containsKey("400");
        assertThat(described.getMap("paths.'/v1/checkpoints/{id}'.get.responses"))
                .containsKey("404");
    }

    @Test
    void shouldExposeMetricsThatPromtoolFindsNothingWrongWith() {
        // Given: a document that was scored
        send(topics.labelledDocuments(), labelled("metrics", "sw", "1", List.of("Asha"), List.of("B-PER")));
        send(topics.entities(), answer("metrics", "sw", "1", "model-a", List.of("B-PER")));
        await("its score").until(() -> metrics().contains("slicer_evaluation_f1_ratio{benchmark=\"metrics\""));

        // When
        String metrics =
                given().accept(Promtool.FORMAT).get(Management.at("/q/metrics")).asString();

        // Then
        assertThat(Promtool.complaints(metrics)).isEmpty();
    }

    private static String metrics() {
        return given().when().get(Management.at("/q/metrics")).asString();
    }

    private static String reportOf(String model) {
        return given().queryParam("model", model).when().get("/v1/report").asString();
    }

    private static LabelledDocument labelled(
            String benchmark, String language, String id, List<String> words, List<String> tags) {
        return new LabelledDocument(id, benchmark, language, words, tags);
    }

    private static EntitiesEvent answer(String benchmark, String language, String id, String model, List<String> tags) {
        return new EntitiesEvent(
                "evaluation/" + benchmark + "/" + language + "/" + id,
                Optional.of(language),
                Optional.empty(),
                model,
                Instant.EPOCH,
                List.of(),
                Optional.of(tags));
    }

    private void send(String topic, Event event) {
        records.send(events.write(topic, event));
    }
}
