package dev.slicer.trainer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.service.KafkaEvents;
import dev.slicer.training.Hyperparameters;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The trainer on a real broker and a real checkpoint store; only fine-tuning and base model are played. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class TrainerServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** At 2 ms a step more than any test waits. */
    private static final int ENDLESS = 1_000_000;

    @Inject
    @Identifier("default-kafka-broker")
    Map<String, Object> kafka;

    @Inject
    Topics topics;

    @Inject
    KafkaEvents events;

    @Inject
    CheckpointStore store;

    @Inject
    FineTuner tuner;

    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void connect() {
        producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void disconnect() {
        producer.close();
    }

    @Test
    void shouldTrainPublishAndAnnounceWhatIsAskedForOnTheTopic() throws Exception {
        // Given
        ProducerRecord<byte[], byte[]> request = events.write(topics.trainingRequests(), request("from-topic", 4, 200));
        request.headers().add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8));

        // When
        producer.send(request).get();

        // Then
        awaitState("from-topic", State.SUCCEEDED);
        assertThat(store.fetch("from-topic")).isDirectory();
        ConsumerRecord<byte[], byte[]> announced =
                read(topics.checkpoints(), "from-topic").get(0);
        CheckpointPublished checkpoint = KafkaEvents.read(announced, CheckpointPublished.class);
        assertThat(checkpoint.uri()).isEqualTo(store.fetch("from-topic").toUri());
        assertThat(new String(announced.headers().lastHeader("traceparent").value(), StandardCharsets.UTF_8))
                .isEqualTo("00-1-2-01");
        List<TrainingStatus> told = read(topics.trainingProgress(), "from-topic").stream()
                .map(record -> KafkaEvents.read(record, TrainingStatus.class))
                .toList();
        assertThat(told.stream().map(TrainingStatus::state).distinct())
                .containsExactly(State.PREPARING, State.RUNNING, State.PUBLISHING, State.SUCCEEDED);
        // 200 steps of 2 ms, a report each 50 ms
        assertThat(told).hasSizeBetween(6, 60);
        assertThat(told.get(told.size() - 1).checkpointId()).hasValue("from-topic");
    }

    @Test
    void shouldNotRunAJobAgainThatIsDeliveredAgain() throws Exception {
        // Given
        producer.send(events.write(topics.trainingRequests(), request("again", 4, 2)))
                .get();
        awaitState("again", State.SUCCEEDED);

        // When
        producer.send(events.write(topics.trainingRequests(), request("again", 4, 2)))
                .get();
        producer.send(events.write(topics.trainingRequests(), request("after-again", 4, 2)))
                .get();
        awaitState("after-again", State.SUCCEEDED);

        // Then
        assertThat(((FakeFineTuner) tuner).jobs)
                .filteredOn(job -> job.output().endsWith("again"))
                .hasSize(1);
    }

    @Test
    void shouldAcceptAJobOverRestAndFollowItToItsEnd() {
        // When
        String location = submit("""
                {"train": ["sample:en.train"], "hyperparameters": {"h": 4, "maxSteps": 2}}""")
                .statusCode(202)
                .body("request.hyperparameters.h", equalTo(4))
                .extract()
                .header("Location");

        // Then
        String id = location.substring(location.lastIndexOf('/') + 1);
        awaitState(id, State.SUCCEEDED);
        given().when().get(location).then().statusCode(200).body("status.checkpointId", equalTo(id));
        given().when().get("/v1/training-jobs").then().statusCode(200).body("jobId", hasItem(id));
    }

    @Test
    void shouldAnswerTheSameRequestAlikeAndRefuseAnotherUnderItsId() {
        // Given
        String body =
                "{\"jobId\": \"%s\", \"train\": [\"sample:en.train\"], \"hyperparameters\": {\"h\": %d, \"maxSteps\": 2}}";
        submit(body.formatted("same", 4)).statusCode(202).header("Location", endsWith("/v1/training-jobs/same"));

        // When and then
        submit(body.formatted("same", 4)).statusCode(202);
        submit(body.formatted("same", 2))
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", equalTo("job id same belongs to another request"));
    }

    @Test
    void shouldSayWhatIsWrongWithARequest() {
        submit("{\"train\": []}").statusCode(422).body("detail", containsString("train is empty"));
        submit("{\"train\": [\"sample:en.train\"], \"hyperparameters\": {\"slices\": 4}}")
                .statusCode(422)
                .body("detail", containsString("there is no hyperparameter \"slices\""));
        submit("{").statusCode(400).body("detail", containsString("not JSON"));
        given().when().get("/v1/training-jobs/none").then().statusCode(404);
        given().when().delete("/v1/training-jobs/none").then().statusCode(404);
    }

    @Test
    void shouldFailAJobWithItsReasonAndTakeTheNext() throws Exception {
        // When
        producer.send(events.write(topics.trainingRequests(), request("bad-h", 5, 2)))
                .get();
        producer.send(new ProducerRecord<>(
                        topics.trainingRequests(),
                        "not-json".getBytes(StandardCharsets.UTF_8),
                        "{".getBytes(StandardCharsets.UTF_8)))
                .get();
        producer.send(events.write(topics.trainingRequests(), request("next", 4, 2)))
                .get();

        // Then
        awaitState("next", State.SUCCEEDED);
        given().when()
                .get("/v1/training-jobs/bad-h")
                .then()
                .body("status.state", equalTo("FAILED"))
                .body("status.message", equalTo("h = 5 does not divide d = 8"));
        ConsumerRecord<byte[], byte[]> letter =
                read(topics.deadLetters(), "not-json").get(0);
        assertThat(new String(letter.headers().lastHeader("dead-letter-reason").value(), StandardCharsets.UTF_8))
                .isEqualTo("NOT_JSON");
        assertThat(new String(letter.headers().lastHeader("dead-letter-topic").value(), StandardCharsets.UTF_8))
                .isEqualTo(topics.trainingRequests());
        assertThat(read(topics.checkpoints(), "bad-h")).isEmpty();
    }

    @Test
    void shouldCancelARunningAndAWaitingJob() {
        // Given
        String body = "{\"jobId\": \"%s\", \"train\": [\"sample:en.train\"], \"hyperparameters\": {\"maxSteps\": %d}}";
        submit(body.formatted("running", ENDLESS)).statusCode(202);
        awaitState("running", State.RUNNING);
        submit(body.formatted("waiting", ENDLESS)).statusCode(202);
        awaitThat(() -> metrics().contains("slicer_training_jobs{state=\"queued\"} 1.0"));
        awaitThat(() -> metrics().matches("(?s).*slicer_training_step [1-9].*"));
        assertThat(metrics())
                .contains("slicer_training_loss ")
                .contains("slicer_training_tokens_per_second 1000.0")
                .contains("slicer_training_epoch 1.0")
                .contains("slicer_training_planned_steps 1000000.0")
                .contains("slicer_training_remaining_seconds ")
                .contains("slicer_training_jobs{state=\"running\"} 1.0")
                .contains("slicer_training_refused_requests_total")
                .contains("slicer_training_finished_jobs_total{outcome=\"succeeded\"}");

        // When
        given().when().delete("/v1/training-jobs/waiting").then().statusCode(202);
        given().when().delete("/v1/training-jobs/running").then().statusCode(202);

        // Then
        awaitState("running", State.FAILED);
        awaitState("waiting", State.FAILED);
        given().when().get("/v1/training-jobs/running").then().body("status.message", equalTo("cancelled on request"));
        given().when().delete("/v1/training-jobs/running").then().statusCode(409);
        assertThat(store.list()).noneMatch(checkpoint -> checkpoint.id().equals("running"));
        assertThat(((FakeFineTuner) tuner).jobs).noneMatch(job -> job.output().endsWith("waiting"));
    }

    @Test
    void shouldBeReadyAndDescribeItself() {
        awaitThat(() -> given().when().get("/q/health/ready").statusCode() == 200);
        assertThat(given().when().get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(given().when().get("/q/openapi").asString()).contains("/v1/training-jobs/{id}");
    }

    private static ValidatableResponse submit(String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .when()
                .post("/v1/training-jobs")
                .then();
    }

    private static String metrics() {
        return given().when().get("/q/metrics").asString();
    }

    private static void awaitState(String jobId, State state) {
        awaitThat(() -> {
            Response response = given().when().get("/v1/training-jobs/" + jobId);
            return response.statusCode() == 200
                    && state.name().equals(response.jsonPath().getString("status.state"));
        });
    }

    private static TrainingRequest request(String jobId, int h, int steps) {
        return new TrainingRequest(
                jobId,
                "mbert",
                List.of("sample:en.train"),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.paper().withH(h).withMaxSteps(steps));
    }

    /** What the topic holds of a key now. */
    private List<ConsumerRecord<byte[], byte[]>> read(String topic, String key) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            awaitThat(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                        found.add(record);
                    }
                });
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
            return found;
        }
    }

    private static void awaitThat(BooleanSupplier condition) {
        Instant end = Instant.now().plus(LIMIT);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("waited %s", LIMIT).isBefore(end);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
