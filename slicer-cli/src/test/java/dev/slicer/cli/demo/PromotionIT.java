package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.cli.BrokerTopics;
import dev.slicer.cli.CommandRun;
import dev.slicer.encoder.TinyModel;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Scoring;
import dev.slicer.testbroker.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on their way to production as it is shipped: inference, evaluator, a real broker and the real engine. */
class PromotionIT {
    /** Kept, since the logging framework forgets the level of a logger that nobody holds. */
    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String BENCHMARK = "letters";
    private static final List<String> LANGUAGES = List.of("sw", "yo");
    /** So many times {@link WholeLoopIT}'s ten sentences in each language: a trial takes a while. */
    private static final int REPEATS = 20;

    private static final int LABELLED = LANGUAGES.size() * REPEATS * 10;
    private static final Duration DOCUMENT_EVERY = Duration.ofMillis(100);

    private final Topics topics = Topics.defaults();

    @TempDir
    Path temporary;

    @BeforeAll
    static void quietenClients() {
        KAFKA.setLevel(Level.SEVERE);
    }

    @Test
    void shouldServeWhatIsPromotedAndGoBackWhenItIsRolledBack() throws Exception {
        // Given: users' documents flow, labelled ones are there, and no checkpoint
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"))) {
            Map<String, String> environment = environment(broker);
            BrokerTopics records = new BrokerTopics(broker.bootstrapServers());
            try (InferenceInstance inference = new InferenceInstance("inference", temporary, environment);
                    ServiceInstance evaluator = new ServiceInstance("evaluator", "evaluator", temporary, environment);
                    Messages messages = new Messages(
                            Map.of("bootstrap.servers", broker.bootstrapServers()), topics, Clock.systemUTC())) {
                await(
                        "both services to be there",
                        () -> evaluator.body("/q/health/ready").isPresent()
                                && inference.service().body("/q/health/live").isPresent());
                publishLabelled(broker);
                Path good = TinyCheckpoint.fineTune(temporary, 200);
                Path bad = TinyCheckpoint.fineTune(temporary, 1);
                try (DocumentLoad users = new DocumentLoad(broker.bootstrapServers(), topics, DOCUMENT_EVERY)) {

                    // When: the first checkpoint comes
                    announce(messages, good, "first");

                    // Then: it serves, and what it answers is scored in all ways
                    await("the first to serve", () -> serves(inference, "first"));
                    await("the first's scores", () -> scored(records, "first") == LABELLED);
                    assertAllRight(evaluator, "first");

                    // When: one comes that finds nothing
                    announce(messages, bad, "worse");

                    // Then: it is tried beside the first, refused with the reasons, and never served
                    await("a decision about the worse", () -> isDecided(records, "worse"));
                    CheckpointEvent refused = decision(records, "worse");
                    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
                    Comparison comparison = refused.comparison().orElseThrow();
                    assertThat(comparison.rows()).hasSize(LANGUAGES.size()).allSatisfy(row -> {
                        assertThat(row.currentF1()).isEqualTo(1);
                        assertThat(row.candidateF1()).isLessThan(0.5);
                    });
                    assertThat(comparison.objections()).hasSize(LANGUAGES.size() + 1);
                    assertThat(triedDocuments(inference))
                            .as("questions to both checkpoints")
                            .isEqualTo(2 * LABELLED);
                    assertThat(serves(inference, "first")).isTrue();

                    // When: one comes that is as good as the first, and the evaluator dies in the middle of its trial
                    announce(messages, good, "as-good");
                    await("the first scores of the trial", () -> scored(records, "as-good") > 0);
                    evaluator.kill();
                    System.out.printf(
                            "killed when %d of %d documents were scored%n", scored(records, "as-good"), LABELLED);
                    assertThat(isDecided(records, "as-good")).isFalse();
                    evaluator.restart();

                    // Then: the trial goes on to its one decision
                    await("the one that is as good to serve", () -> serves(inference, "as-good"));
                    assertThat(decision(records, "as-good").reason()).hasValue("nothing falls by more than it may");

                    // When
                    rollBack(broker);

                    // Then
                    await("the first to serve again", () -> serves(inference, "first"));
                    int sent = users.end();
                    await("the users' last answers", () -> answeredBy(records).size() == sent);
                    assertThat(Set.copyOf(answeredBy(records))).containsExactlyInAnyOrder("first", "as-good");
                }
                assertEachScoredOnce(records);
                records.requireEventsFitTheirSchemas();
                await(
                        "the evaluator to have read of the rollback",
                        () -> evaluator
                                .get("/v1/checkpoints")
                                .filter(overview ->
                                        overview.path("serving").asText().equals("first"))
                                .isPresent());
                assertThat(stories(evaluator, "first")).containsExactly("announced", "promoted", "served");
                assertThat(stories(evaluator, "worse")).containsExactly("announced", "trial_begun", "refused");
                assertThat(stories(evaluator, "as-good"))
                        .containsExactly("announced", "trial_begun", "promoted", "served", "rolled_back");
                JsonNode overview = evaluator.get("/v1/checkpoints").orElseThrow();
                assertThat(overview.path("promoted").asText()).isEqualTo("first");
                assertThat(overview.path("serving").asText()).isEqualTo("first");
                for (String compared : List.of("worse", "as-good")) {
                    assertThat(evaluator
                                    .get("/v1/checkpoints/" + compared)
                                    .orElseThrow()
                                    .at("/comparison/rows"))
                            .as("the table of " + compared)
                            .hasSize(LANGUAGES.size());
                }
            }
        }
    }

    private Map<String, String> environment(TestBroker broker) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                // As short as a broker allows, so that the partitions of a dead instance soon have another.
                "KAFKA_SESSION_TIMEOUT_MS",
                "6000",
                "KAFKA_HEARTBEAT_INTERVAL_MS",
                "1000",
                "SLICER_CHECKPOINTS_STORE",
                temporary.resolve("store").toString(),
                // Many transactions, in the middle of which somebody can die.
                "SLICER_INFERENCE_STREAM_BATCH_DOCUMENTS",
                "8",
                "SLICER_EVALUATOR_STATE_FOLDER",
                temporary.resolve("state").toString());
    }

    private void publishLabelled(TestBroker broker) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "publish", "--benchmark", BENCHMARK, "--bootstrap-servers", broker.bootstrapServers(), "--test"));
        for (String language : LANGUAGES) {
            arguments.add(language + "="
                    + Files.writeString(
                            temporary.resolve(language + ".conll"),
                            WholeLoopIT.conll().repeat(REPEATS)));
        }
        CommandRun run = CommandRun.of(temporary.resolve("home"), arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    /** As the trainer does it. */
    private void announce(Messages messages, Path checkpoint, String id) throws IOException {
        Path staged = Files.createDirectories(temporary.resolve("staged").resolve(id));
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                Files.copy(file, staged.resolve(file.getFileName()));
            }
        }
        Manifest manifest = new Manifest(
                id,
                Instant.now(),
                List.of(),
                "tiny",
                TinyModel.HIDDEN_SIZE,
                TinyCheckpoint.H,
                Map.of(),
                42,
                TinyCheckpoint.LABELS.labels(),
                Map.of(),
                Map.of());
        Checkpoint published = new FileCheckpointStore(temporary.resolve("store")).publish(staged, manifest);
        messages.send(
                topics.checkpoints(),
                List.of(new CheckpointPublished(
                        id,
                        published.uri(),
                        "tiny",
                        OptionalInt.of(TinyCheckpoint.H),
                        TinyCheckpoint.LABELS.labels(),
                        Instant.now(),
                        Optional.of(published.digest()))));
    }

    /** As it is shipped, with the clock that the services have. */
    private void rollBack(TestBroker broker) throws IOException, InterruptedException {
        Path cli = Path.of(System.getProperty("slicer.installation")).resolve("slicer-cli/target");
        Path output = temporary.resolve("rollback.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        cli.resolve("slicer-cli.jar").toString(),
                        "dev.slicer.cli.Main",
                        "rollback",
                        "--reason",
                        "complaints from Lagos",
                        "--bootstrap-servers",
                        broker.bootstrapServers())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    private static boolean serves(InferenceInstance inference, String checkpoint) {
        return inference
                .service()
                .get("/v1/models")
                .filter(models -> models.at("/current/modelId").asText().equals(checkpoint))
                .isPresent();
    }

    /** By the trial stream, and not by the one for users' documents. */
    private static int triedDocuments(InferenceInstance inference) {
        return inference
                .service()
                .body("/q/metrics")
                .orElseThrow()
                .lines()
                .filter(line -> line.startsWith("slicer_trial_documents_total{") && line.contains("tagged"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** How many documents have a score of the model. */
    private int scored(BrokerTopics records, String model) {
        return (int) scores(records).stream()
                .filter(score -> score.modelId().equals(model))
                .map(DocumentScored::documentId)
                .distinct()
                .count();
    }

    private List<DocumentScored> scores(BrokerTopics records) {
        return records.read(topics.scores()).stream()
                .map(record -> EventJson.read(record.value(), DocumentScored.class))
                .toList();
    }

    private List<CheckpointEvent> decisions(BrokerTopics records, String checkpoint) {
        return records.read(topics.checkpointEvents()).stream()
                .map(record -> EventJson.read(record.value(), CheckpointEvent.class))
                .filter(event -> event.checkpointId().equals(checkpoint))
                .filter(event -> event.kind() == Kind.PROMOTED || event.kind() == Kind.REFUSED)
                .toList();
    }

    private boolean isDecided(BrokerTopics records, String checkpoint) {
        return !decisions(records, checkpoint).isEmpty();
    }

    private CheckpointEvent decision(BrokerTopics records, String checkpoint) {
        assertThat(decisions(records, checkpoint)).hasSize(1);
        return decisions(records, checkpoint).get(0);
    }

    /** The models that users' documents got an answer from, one for each answer. */
    private List<String> answeredBy(BrokerTopics records) {
        return records.read(topics.entities()).stream()
                .filter(record -> record.headers().lastHeader(DocumentLoad.NUMBER) != null)
                .map(record ->
                        EventJson.read(record.value(), EntitiesEvent.class).modelId())
                .toList();
    }

    private void assertEachScoredOnce(BrokerTopics records) {
        Map<String, Integer> times = new HashMap<>();
        for (DocumentScored score : scores(records)) {
            assertThat(score.outcome()).isEqualTo(Outcome.ANSWERED);
            times.merge(score.modelId() + " of " + score.documentId(), 1, Integer::sum);
        }
        assertThat(times)
                .hasSize(3 * LABELLED)
                .allSatisfy((score, count) -> assertThat(count).as(score).isEqualTo(1));
    }

    private static void assertAllRight(ServiceInstance evaluator, String model) {
        await("the report", () -> report(evaluator, model).path("languages").size() == LANGUAGES.size());
        for (JsonNode language : report(evaluator, model).path("languages")) {
            assertThat(language.path("scorings").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder(Scoring.STRICT.text(), Scoring.SUB_TOKEN.text());
            for (JsonNode scores : language.path("scorings")) {
                assertThat(scores.at("/overall/f1").asDouble()).isEqualTo(1);
            }
        }
    }

    private static JsonNode report(ServiceInstance evaluator, String model) {
        JsonNode results = evaluator.get(EvaluatorReport.PATH).orElseThrow().path("results");
        for (JsonNode result : results) {
            if (result.path("modelId").asText().equals(model)) {
                return result;
            }
        }
        return results.path("none");
    }

    private static List<String> stories(ServiceInstance evaluator, String checkpoint) {
        return evaluator
                .get("/v1/checkpoints/" + checkpoint)
                .orElseThrow()
                .path("story")
                .findValuesAsText("what");
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what).atMost(LIMIT).pollInSameThread().until(condition::getAsBoolean);
    }
}
