package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.kafka.testing.TestTopics.header;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.slicer.access.Role;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.service.testing.BrokerResource;
import dev.slicer.service.testing.GuardedRoutes;
import dev.slicer.service.testing.KeyFiles;
import dev.slicer.service.testing.KeysResource;
import dev.slicer.service.testing.Management;
import dev.slicer.service.testing.Marks;
import dev.slicer.service.testing.Promtool;
import dev.slicer.service.testing.WrittenLog;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trainer on a real broker and a real checkpoint store; only fine-tuning and base model are played. */
@QuarkusTest
@QuarkusTestResource(
        value = BrokerResource.class,
        initArgs = {
            @ResourceArg(name = "slicer.trainer.work-folder", value = "target/work"),
            @ResourceArg(name = "slicer.trainer.corpora", value = "target/corpora"),
            @ResourceArg(name = "slicer.trainer.models", value = "target/base-models"),
            @ResourceArg(name = "slicer.trainer.max-corpora-size", value = "1M"),
            @ResourceArg(name = "slicer.trainer.max-line-size", value = "64K"),
            @ResourceArg(name = "slicer.trainer.progress-interval", value = "50ms"),
            @ResourceArg(name = "slicer.checkpoints.signing-key", value = TrainerServiceTest.KEYS + "rfc8032.pem"),
            @ResourceArg(name = "slicer.checkpoints.trusted-keys", value = TrainerServiceTest.KEYS + "rfc8032.pub.pem")
        })
@QuarkusTestResource(value = KeysResource.class, restrictToAnnotatedClass = true)
class TrainerServiceTest {
    static final String KEYS = "../slicer-model/src/test/resources/dev/slicer/checkpoint/signing/";

    @Inject
    Router router;

    @TestHTTPResource("/")
    URI service;

    /** At 2 ms a step more than any test waits. */
    private static final int ENDLESS = 1_000_000;

    @Inject
    KafkaClients kafka;

    @Inject
    Topics topics;

    @Inject
    KafkaEvents events;

    @Inject
    CheckpointStore store;

    @Inject
    Engine engine;

    @TempDir
    Path folder;

    private static final String SECRET = "correct-horse-battery-staple";

    private final Path corpora = Path.of("target/corpora");
    private final Path models = Path.of("target/base-models");
    private WrittenLog log;
    private TestTopics records;

    @BeforeEach
    void connect() throws IOException {
        records = new TestTopics(kafka);
        RestAssured.requestSpecification = new RequestSpecBuilder()
                .addHeader("X-API-Key", KeyFiles.ofAsha())
                .build();
        Files.createDirectories(corpora);
        Files.createDirectories(models);
        log = WrittenLog.open();
    }

    @AfterEach
    void disconnect() {
        log.close();
        records.close();
        RestAssured.requestSpecification = null;
    }

    @Test
    void shouldLetEachRoleInWhereItBelongsAndNobodyElse() throws IOException, InterruptedException {
        new GuardedRoutes(service, "trainer").checkAll("dev.slicer.trainer", router);
    }

    @Test
    void shouldTrainPublishAndAnnounceWhatIsAskedForOnTheTopic() {
        // Given
        ProducerRecord<byte[], byte[]> request = events.write(topics.trainingRequests(), request("from-topic", 4, 200));
        request.headers().add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8));

        // When
        records.send(request);

        // Then
        awaitState("from-topic", State.SUCCEEDED);
        assertThat(store.fetch("from-topic").folder()).isDirectory();
        ConsumerRecord<byte[], byte[]> announced =
                records.held(topics.checkpoints(), "from-topic").get(0);
        CheckpointPublished checkpoint = KafkaEvents.read(announced, CheckpointPublished.class);
        assertThat(checkpoint.uri())
                .isEqualTo(store.fetch("from-topic").folder().toUri());
        assertThat(checkpoint.digest()).hasValue(store.fetch("from-topic").digest());
        assertThat(store.fetch("from-topic").signer())
                .hasValue(SigningKey.read(Path.of(KEYS, "rfc8032.pem")).id());
        assertThat(header(announced, "traceparent")).isEqualTo("00-1-2-01");
        List<TrainingStatus> told = records.held(topics.trainingProgress(), "from-topic").stream()
                .map(record -> KafkaEvents.read(record, TrainingStatus.class))
                .toList();
        assertThat(told.stream().map(TrainingStatus::state).distinct())
                .containsExactly(State.QUEUED, State.PREPARING, State.RUNNING, State.PUBLISHING, State.SUCCEEDED);
        // 200 steps of 2 ms, a report each 50 ms
        assertThat(told).hasSizeBetween(6, 60);
        assertThat(told.get(told.size() - 1).checkpointId()).hasValue("from-topic");
    }

    @Test
    void shouldNotRunAJobAgainThatIsDeliveredAgain() {
        // Given
        records.send(events.write(topics.trainingRequests(), request("again", 4, 2)));
        awaitState("again", State.SUCCEEDED);

        // When
        records.send(events.write(topics.trainingRequests(), request("again", 4, 2)));
        records.send(events.write(topics.trainingRequests(), request("after-again", 4, 2)));
        awaitState("after-again", State.SUCCEEDED);

        // Then
        assertThat(((FakeEngine) engine).jobs)
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
                .body("request.requestedBy", equalTo(KeyFiles.ASHA))
                .extract()
                .header("Location");

        // Then
        String id = location.substring(location.lastIndexOf('/') + 1);
        awaitState(id, State.SUCCEEDED);
        assertThat(KafkaEvents.read(records.held(topics.trainingRequests(), id).get(0), TrainingRequest.class)
                        .requestedBy())
                .hasValue(KeyFiles.ASHA);
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
        given().header("Authorization", "Bearer " + KeyFiles.of(Role.TRAIN))
                .contentType(ContentType.JSON)
                .body(body.formatted("same", 4))
                .when()
                .post("/v1/training-jobs")
                .then()
                .statusCode(202)
                .body("request.requestedBy", equalTo(KeyFiles.ASHA));
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
        submit("{\"train\": [\"sample:en.train\"], \"requestedBy\": \"juma\"}")
                .statusCode(422)
                .body("detail", containsString("requestedBy is the name that the service knows the caller by"));
        submit("{").statusCode(400).body("detail", containsString("not JSON"));
        given().when().get("/v1/training-jobs/none").then().statusCode(404);
        given().when().delete("/v1/training-jobs/none").then().statusCode(404);
    }

    @Test
    void shouldFailAJobWithItsReasonAndTakeTheNext() {
        // When
        records.send(events.write(topics.trainingRequests(), request("bad-h", 5, 2)));
        records.send(topics.trainingRequests(), "not-json", "{");
        records.send(events.write(topics.trainingRequests(), request("next", 4, 2)));

        // Then
        awaitState("next", State.SUCCEEDED);
        given().when()
                .get("/v1/training-jobs/bad-h")
                .then()
                .body("status.state", equalTo("FAILED"))
                .body("status.message", equalTo("h = 5 does not divide the encoder's hidden size 8"));
        ConsumerRecord<byte[], byte[]> letter =
                records.held(topics.deadLetters(), "not-json").get(0);
        assertThat(header(letter, "dead-letter-reason")).isEqualTo("not_json");
        assertThat(header(letter, "dead-letter-topic")).isEqualTo(topics.trainingRequests());
        assertThat(records.held(topics.checkpoints(), "bad-h")).isEmpty();
    }

    @Test
    void shouldCancelARunningAndAWaitingJob() {
        // Given
        double cancelled = value("slicer_training_jobs{state=\"cancelled\"}");
        double ended = value("slicer_training_finished_jobs_total{outcome=\"cancelled\"}");
        String body = "{\"jobId\": \"%s\", \"train\": [\"sample:en.train\"], \"hyperparameters\": {\"maxSteps\": %d}}";
        submit(body.formatted("running", ENDLESS)).statusCode(202);
        awaitState("running", State.RUNNING);
        submit(body.formatted("waiting", ENDLESS)).statusCode(202);
        await("the second job to queue").until(() -> metrics().contains("slicer_training_jobs{state=\"queued\"} 1.0"));
        await("the first step").until(() -> metrics().matches("(?s).*slicer_training_step [1-9].*"));
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
        awaitState("running", State.CANCELLED);
        awaitState("waiting", State.CANCELLED);
        given().when()
                .get("/v1/training-jobs/running")
                .then()
                .body("status.message", equalTo("cancelled on request of asha"));
        given().when()
                .delete("/v1/training-jobs/running")
                .then()
                .statusCode(409)
                .body("detail", equalTo("job running is over: CANCELLED"));
        await("the metrics to follow").until(() -> value("slicer_training_jobs{state=\"cancelled\"}") == cancelled + 2);
        assertThat(value("slicer_training_finished_jobs_total{outcome=\"cancelled\"}"))
                .isEqualTo(ended + 1);
        List<TrainingStatus> told = records.held(topics.trainingProgress(), "running").stream()
                .map(record -> KafkaEvents.read(record, TrainingStatus.class))
                .toList();
        assertThat(told.get(told.size() - 1).state()).isEqualTo(State.CANCELLED);
        assertThat(store.list()).noneMatch(checkpoint -> checkpoint.id().equals("running"));
        assertThat(((FakeEngine) engine).jobs).noneMatch(job -> job.output().endsWith("waiting"));
    }

    @Test
    void shouldRunASweepAndShowItsResultsAsTheyCome() throws IOException {
        // Given
        Files.writeString(corpora.resolve("places.conll"), "Nairobi B-LOC\nna O\nmombasa B-LOC\n");
        String grid = """
                name: grid
                sources: {en: [sample:en.train]}
                h: [4, standard]
                learningRate: [2e-5]
                seeds: [42, 43]
                hyperparameters: {maxSteps: 3}
                averageRuns: true
                benchmark: {name: places, test: {sw: places.conll}}
                attentionOn: [sample:sw.test]
                """;

        // When
        String location = sweep(grid)
                .statusCode(202)
                .body("id", equalTo("grid"))
                .body("runs", hasSize(6))
                .extract()
                .header("Location");
        sweep(grid).statusCode(202).body("runs", hasSize(6));

        // Then
        await("the sweep to end")
                .until(() -> Integer.valueOf(6)
                        .equals(given().when().get(location).jsonPath().get("jobs.SUCCEEDED")));
        given().when()
                .get("/v1/sweeps/grid")
                .then()
                .body(
                        "runs.find { it.jobId == 'grid-en-h4-trained-lr2e-5-average' }.status.state",
                        equalTo("SUCCEEDED"))
                .body("results.hiddenSize", equalTo(8));
        given().accept("text/markdown")
                .when()
                .get("/v1/sweeps/grid")
                .then()
                .statusCode(200)
                .contentType("text/markdown")
                .body(containsString("## Sweep grid"))
                .body(containsString("6 jobs: 6 SUCCEEDED"))
                .body(containsString("average-runs-2"))
                .body(containsString("66.7"));
        given().when().get("/v1/sweeps").then().body("id", hasItem("grid"));
        assertThat(metrics())
                .contains("slicer_training_self_attention_share{layer=\"2\",model=\"base\"} 0.5")
                .contains("slicer_training_self_attention_share{layer=\"1\",model=\"fine-tuned\"} 0.25")
                .contains("slicer_training_time_share{part=\"backward\"}");
        given().when().delete("/v1/sweeps/grid").then().statusCode(409);
    }

    @Test
    void shouldCancelTheOpenJobsOfASweep() {
        // Given
        String grid = "{\"name\": \"dropped\", \"sources\": {\"en\": [\"sample:en.train\"]}, \"h\": [4, 2], "
                + "\"learningRate\": [2e-5], \"seeds\": [1], \"hyperparameters\": {\"maxSteps\": " + ENDLESS + "}}";
        given().contentType(ContentType.JSON)
                .body(grid)
                .post("/v1/sweeps")
                .then()
                .statusCode(202);
        awaitState("dropped-en-h4-trained-lr2e-5-seed1", State.RUNNING);

        // When
        given().when().delete("/v1/sweeps/dropped").then().statusCode(202);

        // Then
        awaitState("dropped-en-h4-trained-lr2e-5-seed1", State.CANCELLED);
        awaitState("dropped-en-h2-trained-lr2e-5-seed1", State.CANCELLED);
        assertThat(((FakeEngine) engine).jobs)
                .noneMatch(job -> job.output().endsWith("dropped-en-h2-trained-lr2e-5-seed1"));
    }

    @Test
    void shouldSayWhatIsWrongWithASweep() {
        sweep("name: wrong\nsources: {en: [a]}\nh: [0]\n")
                .statusCode(422)
                .contentType("application/problem+json")
                .body("detail", equalTo("h[0]: h must be a number of at least 1, or standard, got 0"));
        sweep("name: [").statusCode(400).body("detail", containsString("not YAML: "));
        given().contentType(ContentType.JSON)
                .body("{\"name\": \"wrong\", \"sources\": {}}")
                .post("/v1/sweeps")
                .then()
                .statusCode(422)
                .body("detail", equalTo("sources is empty"));
        given().contentType("text/csv").body("a").post("/v1/sweeps").then().statusCode(415);
        given().when().get("/v1/sweeps/none").then().statusCode(404);
        given().when().delete("/v1/sweeps/none").then().statusCode(404);
    }

    @Test
    void shouldRefuseASweepOfWhichAJobIsAnothers() {
        // Given
        String grid = "name: reused\nsources: {en: [sample:en.train]}\nh: [4]\nlearningRate: [2e-5]\nseeds: [1]\n"
                + "hyperparameters: {maxSteps: %d}\n";
        sweep(grid.formatted(2)).statusCode(202);

        // When and then
        sweep(grid.formatted(3)).statusCode(409).body("detail", containsString("there was another sweep reused"));
    }

    @Test
    void shouldFailEachBadJobWithItsReasonOnTheTopicAndOverRest() throws IOException {
        // Given
        Map<String, String> reasons = Map.of(
                "empty-corpus", "no sentence",
                "unknown-label", "sentence 1, word 1: its tag is of none of the types [PER, ORG, LOC]",
                "no-such-corpus", "there is no such file below the trainer's folders of corpora");
        Files.writeString(corpora.resolve("empty-corpus"), "");
        Files.writeString(corpora.resolve("unknown-label"), "Monday B-DATE\n");

        // When
        reasons.keySet()
                .forEach(job -> submit("{\"jobId\": \"%s\", \"train\": [\"%s\"], \"hyperparameters\": {\"h\": 4}}"
                                .formatted(job, job))
                        .statusCode(202));

        // Then
        reasons.forEach((job, reason) -> {
            awaitState(job, State.FAILED);
            given().when().get("/v1/training-jobs/" + job).then().body("status.message", containsString(reason));
            assertThat(records.held(topics.checkpoints(), job)).isEmpty();
            assertThat(store.list()).noneMatch(checkpoint -> checkpoint.id().equals(job));
        });
    }

    @Test
    void shouldRefuseToReadWhateverIsNoCorpusOfItsOwnAndTellNothingOfIt() throws Exception {
        // Given
        Path secret = Files.writeString(folder.resolve("secret"), "password: " + SECRET + "\n");
        Files.writeString(corpora.resolve("one-line"), SECRET);
        Files.writeString(corpora.resolve("huge-line"), SECRET.repeat(3_000));
        Files.writeString(corpora.resolve("huge"), (SECRET + " O\n").repeat(40_000));
        Files.createDirectories(corpora.resolve("a-folder"));
        link(corpora.resolve("link-out"), secret);
        link(corpora.resolve("zeros"), Path.of("/dev/zero"));
        link(corpora.resolve("environment"), Path.of("/proc/self/environ"));
        if (!Files.exists(corpora.resolve("pipe"))) {
            new ProcessBuilder("mkfifo", corpora.resolve("pipe").toString())
                    .start()
                    .waitFor();
        }
        link(models.resolve("model-out"), folder);
        Map<String, String> requests = new LinkedHashMap<>();
        for (String corpus : List.of(
                "one-line", "huge-line", "huge", "a-folder", "link-out", "zeros", "environment", "pipe", "none")) {
            requests.put("train-" + corpus, "\"train\": [\"" + corpus + "\"]");
        }
        requests.put(
                "test-link",
                "\"train\": [\"sample:en.train\"], \"benchmark\": {\"name\": \"b\", "
                        + "\"test\": {\"sw\": \"link-out\"}}");
        requests.put("attention-link", "\"train\": [\"sample:en.train\"], \"attentionOn\": [\"link-out\"]");
        requests.put("model-link", "\"train\": [\"sample:en.train\"], \"baseModel\": \"model-out\"");

        // When
        requests.forEach((job, rest) -> {
            submit("{\"jobId\": \"rest-%s\", %s}".formatted(job, rest)).statusCode(202);
            records.send(
                    topics.trainingRequests(), "topic-" + job, "{\"jobId\": \"topic-%s\", %s}".formatted(job, rest));
        });

        // Then
        for (String job : requests.keySet()) {
            for (String id : List.of("rest-" + job, "topic-" + job)) {
                awaitState(id, State.FAILED);
                assertThat(given().when().get("/v1/training-jobs/" + id).asString())
                        .doesNotContain("horse", "PATH=", folder.toString());
                assertThat(records.held(topics.trainingProgress(), id))
                        .noneMatch(record -> new String(record.value(), StandardCharsets.UTF_8).contains("horse"));
            }
        }
        assertThat(messageOf("rest-train-link-out").replace("link-out", "none"))
                .as("whether there is something outside")
                .isEqualTo(messageOf("rest-train-none"));
        assertThat(messageOf("rest-train-huge")).contains("may have 1 MiB together");
        assertThat(messageOf("rest-train-huge-line")).contains("a line may have 64 KiB");
        assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains("horse") || line.contains("PATH="));
    }

    @Test
    void shouldRepeatNoWordOfACorpus() throws IOException {
        // Given: corpora with something wrong behind a line that is right
        String right = "Nairobi B-LOC\n";
        String json = "{\"tokens\": [\"Nairobi\"], \"ner_tags\": [\"B-LOC\"]}\n";
        String word = Marks.WORD;
        Map<String, String> wrong = Map.of(
                "no-tag.conll", right + word + "\n",
                "no-label.conll", right + "Nairobi " + word + "\n",
                "other-label.conll", right + word + " Z-" + word + "\n",
                "other-type.conll", right + word + " B-" + word + "\n",
                "columns.conll", right + word + " " + word + " " + word + " O\n",
                "no-json.jsonl", json + "{\"tokens\": [" + word + "]}\n",
                "cut.jsonl", json + "{\"tokens\": [\"" + word + "\n",
                "types.jsonl", json + "{\"tokens\": [" + Marks.NUMBER + "], \"ner_tags\": [\"O\"]}\n",
                "objects.jsonl",
                        json + "{\"tokens\": [{\"" + Marks.NAME + "\": \"" + word + "\"}], \"ner_tags\": [\"O\"]}\n",
                "numbers.jsonl", json + "{\"tokens\": [\"" + word + "\"], \"ner_tags\": [" + Marks.NUMBER + "]}\n");
        for (Map.Entry<String, String> file : wrong.entrySet()) {
            Files.writeString(corpora.resolve(file.getKey()), file.getValue());
        }

        // When
        wrong.keySet()
                .forEach(file -> submit("{\"jobId\": \"marked-%s\", \"train\": [\"%s\"]}".formatted(file, file))
                        .statusCode(202));
        records.send(topics.trainingRequests(), "marked-request", "{\"train\": [" + Marks.WORD + "]}");
        submit("{\"train\": [" + Marks.WORD + "]}").statusCode(400).body(not(containsString(Marks.WORD)));

        // Then: the file is named, and what is there is not repeated, whoever is told of it
        for (String file : wrong.keySet()) {
            awaitState("marked-" + file, State.FAILED);
            assertThat(messageOf("marked-" + file)).contains(file);
            Marks.assertAbsent(
                    file, given().when().get("/v1/training-jobs/marked-" + file).asString());
            records.held(topics.trainingProgress(), "marked-" + file)
                    .forEach(status -> Marks.assertAbsent(file, new String(status.value(), StandardCharsets.UTF_8)));
        }
        await("the dead letter")
                .until(() ->
                        !records.held(topics.deadLetters(), "marked-request").isEmpty());
        Marks.assertAbsentFromCauses(records, topics.deadLetters());
        Marks.assertAbsent("metrics", metrics());
        Marks.assertAbsent(
                "health", given().when().get(Management.at("/q/health")).asString());
        Marks.assertAbsent(log);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"train\": [\"/etc/passwd\"]",
                "\"train\": [\"sample:en.train\", \"../corpora/places\"]",
                "\"train\": [\"file:///etc/passwd\"]",
                "\"train\": [\"/dev/zero\"]",
                "\"train\": [\"a\\u0000\"]",
                "\"train\": [\"sample:en.train\"], \"baseModel\": \"/etc\"",
                "\"train\": [\"sample:en.train\"], \"attentionOn\": [\"/proc/self/environ\"]",
                "\"train\": [\"sample:en.train\"], \"benchmark\": {\"name\": \"b\", \"test\": {\"sw\": \"/etc/group\"}}",
            })
    void shouldRefuseARequestThatNamesAPath(String fields) {
        // Given
        String id = UUID.randomUUID().toString();
        String request = "{\"jobId\": \"" + id + "\", " + fields + "}";

        // When
        submit(request).statusCode(422).body("detail", containsString(": this is no name of a "));
        given().when().get("/v1/training-jobs/" + id).then().statusCode(404);
        records.send(topics.trainingRequests(), id, request);

        // Then
        awaitState(id, State.FAILED);
        assertThat(messageOf(id)).startsWith("this is no name of a ").doesNotContain("root:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jobId\": \"average\", \"averageOf\": [\"a\", \"../../etc\"]}",
                "{\"jobId\": \"../up\", \"train\": [\"sample:en.train\"]}",
                "{\"jobId\": \"a/b\", \"train\": [\"sample:en.train\"]}",
                "{\"jobId\": \".hidden\", \"train\": [\"sample:en.train\"]}",
                "{\"jobId\": \"a\\nb\", \"train\": [\"sample:en.train\"]}"
            })
    void shouldRefuseAJobIdThatNoFolderCanHave(String request) {
        // Given
        String key = UUID.randomUUID().toString();

        // When
        submit(request)
                .statusCode(422)
                .body(
                        "detail",
                        containsString(" must begin with a letter or digit and have up to 200 of a-z A-Z 0-9 . _ -"));
        records.send(topics.trainingRequests(), key, request);

        // Then
        await("a dead letter")
                .until(() -> !records.held(topics.deadLetters(), key).isEmpty());
        assertThat(header(records.held(topics.deadLetters(), key).get(0), "dead-letter-reason"))
                .isEqualTo("invalid_value");
    }

    @Test
    void shouldRefuseASweepThatNamesAPath() {
        sweep("name: paths\nsources: {en: [/data/en.conll]}\nh: [4]\nlearningRate: [2e-5]\nseeds: [1]\n")
                .statusCode(422)
                .body(
                        "detail",
                        containsString("train: this is no name of a corpus: a sample, as sample:en.train, or "));
    }

    private static String messageOf(String job) {
        return given().when().get("/v1/training-jobs/" + job).jsonPath().getString("status.message");
    }

    private static void link(Path link, Path target) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }

    @Test
    void shouldBeReadyAndDescribeItself() {
        await("readiness")
                .until(() ->
                        given().when().get(Management.at("/q/health/ready")).statusCode() == 200);
        assertThat(given().when()
                        .get(Management.at("/q/health/ready"))
                        .jsonPath()
                        .getString("checks.find { it.name == 'training-topics' }.data.state"))
                .isEqualTo("RUNNING");
        assertThat(given().when().get(Management.at("/q/health/live")).statusCode())
                .isEqualTo(200);
        JsonPath described = given().when().get("/q/openapi?format=json").jsonPath();
        assertThat(described.getMap("paths.'/v1/training-jobs/{id}'.get.responses"))
                .containsKeys("200", "404");
        assertThat(described.getMap("paths.'/v1/training-jobs'.post.responses")).containsKey("415");
    }

    @Test
    void shouldExposeMetricsThatPromtoolFindsNothingWrongWith() {
        // Given: a job that was done
        submit(
                        "{\"jobId\": \"measured\", \"train\": [\"sample:en.train\"], \"hyperparameters\": {\"h\": 4, \"maxSteps\": 2}}")
                .statusCode(202);
        awaitState("measured", State.SUCCEEDED);

        // When
        String metrics =
                given().accept(Promtool.FORMAT).get(Management.at("/q/metrics")).asString();

        // Then
        assertThat(Promtool.complaints(metrics)).isEmpty();
    }

    private static ValidatableResponse submit(String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .when()
                .post("/v1/training-jobs")
                .then();
    }

    private static ValidatableResponse sweep(String grid) {
        return given().contentType("application/yaml")
                .body(grid.getBytes(StandardCharsets.UTF_8))
                .when()
                .post("/v1/sweeps")
                .then();
    }

    /** 0 where there is no such series yet. */
    private static double value(String series) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    private static String metrics() {
        return given().when().get(Management.at("/q/metrics")).asString();
    }

    private static void awaitState(String jobId, State state) {
        await(jobId + " to be " + state).until(() -> {
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
                Hyperparameters.defaults().withH(h).withMaxSteps(steps));
    }
}
