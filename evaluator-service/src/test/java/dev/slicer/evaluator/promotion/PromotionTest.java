package dev.slicer.evaluator.promotion;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.kafka.testing.TestTopics.key;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Event;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrialDocument;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.metrics.Counts;
import dev.slicer.service.testing.BrokerResource;
import dev.slicer.service.testing.Management;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A checkpoint's way on a real broker; the test plays trainer and inference. */
@QuarkusTest
@QuarkusTestResource(
        value = BrokerResource.class,
        initArgs = @ResourceArg(name = "slicer.evaluator.promotion.benchmarks", value = "promotion"))
class PromotionTest {
    private static final List<String> RIGHT = List.of("B-PER", "O");
    private static final List<String> WRONG = List.of("O", "B-PER");

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
    }

    @AfterEach
    void disconnect() {
        records.close();
    }

    @Test
    void shouldPromoteWhatIsGoodEnoughRefuseWhatIsNotAndTellTheStory() {
        // Given: labelled documents in two languages, which have counted as missed since there was no checkpoint
        for (String language : List.of("sw", "yo")) {
            for (String id : List.of("1", "2")) {
                send(
                        topics.labelledDocuments(),
                        new LabelledDocument(id, "promotion", language, List.of("Asha", "anasoma"), RIGHT));
                send(topics.scores(), missed(language, id));
            }
        }
        await("the misses in the report")
                .until(() -> given().get("/v1/report")
                        .jsonPath()
                        .getList("results.modelId")
                        .contains("none"));

        // When: the first checkpoint comes
        send(topics.trainingProgress(), trained("first"));
        announce("first", OptionalInt.empty());

        // Then: there is none to compare it with
        CheckpointEvent promoted = event("first", Kind.PROMOTED);
        assertThat(promoted.reason()).hasValue("there was no promoted checkpoint to compare it with");

        // And when: a second comes, which is better in one language and worse in the other
        announce("second", OptionalInt.of(96));
        assertThat(event("second", Kind.TRIAL_BEGUN).documents()).hasValue(4);
        answerTrials("first", document -> RIGHT);
        answerTrials("second", document -> document.contains("/yo/") ? WRONG : RIGHT);

        // Then
        CheckpointEvent refused = event("second", Kind.REFUSED);
        assertThat(refused.reason().orElseThrow())
                .contains("macro F1 falls from 100.0 to 50.0, by more than 1.0 points")
                .contains("F1 of yo in promotion falls from 100.0 to 0.0, by more than 5.0 points");
        assertThat(refused.comparison().orElseThrow().rows()).hasSize(2);
        assertThat(refused.current()).hasValue("first");
        assertThat(refused.trial()).hasValue(event("second", Kind.TRIAL_BEGUN).at());

        // And: late answers count everywhere in the place of the misses
        await("the answers in the report")
                .until(() -> given().get("/v1/report")
                                .jsonPath()
                                .getInt("results.findAll { it.benchmark == 'promotion' }"
                                        + ".languages.flatten().documents.sum()")
                        == 8);
        given().get("/v1/report")
                .then()
                .body("results.findAll { it.benchmark == 'promotion' }.modelId", contains("first", "second"))
                .body("results.findAll { it.benchmark == 'promotion' }.languages.flatten().missed.sum()", equalTo(0));

        // And when: a third comes, which is as good
        announce("third", OptionalInt.of(192));
        event("third", Kind.TRIAL_BEGUN);
        answerTrials("third", document -> RIGHT);
        answerTrials("first", 8, document -> RIGHT);

        // Then: the promoted one was asked again, so that both are compared as they answer now
        assertThat(event("third", Kind.PROMOTED).reason()).hasValue("nothing falls by more than it may");
        assertThat(trials("first")).hasSize(8);
        assertThat(records
                        .await(
                                topics.scores(),
                                16,
                                record -> score(record).benchmark().equals("promotion"))
                        .stream()
                        .collect(Collectors.groupingBy(record -> score(record).modelId(), Collectors.counting())))
                .as("scores, one for each document and model")
                .isEqualTo(Map.of(DocumentScored.NO_MODEL, 4L, "first", 4L, "second", 4L, "third", 4L));

        // And when: it serves, and somebody rolls it back
        send(
                topics.checkpointTelemetry(),
                new CheckpointTelemetry(
                        "third",
                        CheckpointTelemetry.Kind.SERVED,
                        Instant.now(),
                        "inference-0",
                        Optional.of("loaded in 2.3 s")));
        // As an instance of an earlier version tells it.
        send(
                topics.checkpointEvents(),
                CheckpointEvent.of("third", Kind.SERVED, Instant.now(), "inference-1", "loaded in 2.5 s"));
        send(
                topics.checkpointEvents(),
                CheckpointEvent.of("third", Kind.ROLLED_BACK, Instant.now(), "asha", "complaints from Lagos"));
        await("the rollback")
                .until(() -> given().get("/v1/checkpoints")
                        .jsonPath()
                        .getString("promoted")
                        .equals("first"));

        // Then
        given().get("/v1/checkpoints/third")
                .then()
                .statusCode(200)
                .body("standing.state", equalTo("rolled_back"))
                .body("standing.h", equalTo(192))
                .body("story.what", hasItems("announced", "trial_begun", "promoted", "served", "rolled_back"))
                .body("story.findAll { it.what == 'served' }.by", containsInAnyOrder("inference-0", "inference-1"))
                .body("comparison.rows.size()", equalTo(2));
        given().get("/v1/checkpoints/second")
                .then()
                .body("comparison.objections.size()", equalTo(2))
                .body("comparison.currentMacroF1", equalTo(1.0f));
        given().get("/v1/checkpoints/first").then().body("story.what", hasItems("training_succeeded", "promoted"));
        given().get("/v1/checkpoints/other").then().statusCode(404);
        await("the gauges")
                .until(() -> given().get(Management.at("/q/metrics"))
                        .asString()
                        .contains("slicer_promotion_decisions_total{outcome=\"rolled_back\"} 1.0"));
        assertThat(given().get(Management.at("/q/metrics")).asString())
                .contains("slicer_checkpoints{state=\"promoted\"} 1.0")
                .contains("slicer_checkpoint{h=\"96\",method=\"slicer\",model=\"second\",state=\"refused\"} 1.0")
                .contains("slicer_promotion_decisions_total{outcome=\"refused\"} 1.0")
                .contains(
                        "slicer_promotion_difference_ratio{benchmark=\"promotion\",candidate=\"third\",current=\"first\","
                                + "language=\"sw\"} 0.0");
    }

    private interface Tags {
        List<String> of(String documentId);
    }

    private void answerTrials(String model, Tags tags) {
        answerTrials(model, 4, tags);
    }

    private void answerTrials(String model, int questions, Tags tags) {
        await("the questions to " + model).until(() -> trials(model).size() >= questions);
        for (ConsumerRecord<byte[], byte[]> asked : trials(model)) {
            TrialDocument question = KafkaEvents.read(asked, TrialDocument.class);
            String id = question.document().id();
            records.send(events.write(
                    topics.entities(),
                    new EntitiesEvent(
                            id,
                            question.document().language(),
                            Optional.empty(),
                            model,
                            Instant.now(),
                            List.of(),
                            Optional.of(tags.of(id))),
                    asked));
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> trials(String model) {
        return records.await(topics.trialDocuments(), 1, record -> true).stream()
                .filter(record ->
                        KafkaEvents.read(record, TrialDocument.class).modelId().equals(model))
                .toList();
    }

    private CheckpointEvent event(String checkpoint, Kind kind) {
        List<ConsumerRecord<byte[], byte[]>> found = records.await(
                topics.checkpointEvents(),
                1,
                record -> key(record).equals(checkpoint)
                        && KafkaEvents.read(record, CheckpointEvent.class).kind() == kind);
        return KafkaEvents.read(found.get(0), CheckpointEvent.class);
    }

    private void announce(String id, OptionalInt h) {
        send(
                topics.checkpoints(),
                new CheckpointPublished(
                        id, URI.create("file:///checkpoints/" + id), "mbert", h, List.of("O", "B-PER"), Instant.now()));
    }

    private static DocumentScored missed(String language, String id) {
        return new DocumentScored(
                "evaluation/promotion/" + language + "/" + id,
                "promotion",
                language,
                DocumentScored.NO_MODEL,
                DocumentScored.Outcome.MISSED,
                Instant.now(),
                List.of(new ScoringCounts("strict", new TreeMap<>(Map.of("PER", new Counts(0, 0, 1))))),
                Map.of());
    }

    private static TrainingStatus trained(String job) {
        return new TrainingStatus(
                job,
                TrainingStatus.State.SUCCEEDED,
                "",
                10,
                10,
                1,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.of(job),
                Optional.of("trainer-0"),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Collections.emptyList());
    }

    private void send(String topic, Event event) {
        records.send(events.write(topic, event));
    }

    private static DocumentScored score(ConsumerRecord<byte[], byte[]> record) {
        return KafkaEvents.read(record, DocumentScored.class);
    }
}
