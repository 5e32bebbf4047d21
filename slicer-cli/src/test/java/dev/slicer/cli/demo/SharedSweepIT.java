package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.broker.ChildJvm;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.BrokerTopics;
import dev.slicer.cli.CommandRun;
import dev.slicer.encoder.TinyModel;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.ScoreLog;
import dev.slicer.json.Json;
import dev.slicer.testbroker.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep from the command line, two trainers as they are shipped, and one of them killed: a real broker and engine. */
class SharedSweepIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int SAVE_EVERY = 100;

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path temporary;

    private record Trainer(ChildJvm process, URI address, URI management) {}

    @Test
    void shouldFinishASweepThoughATrainerIsKilledInTheMiddleOfAJob() throws Exception {
        // Given
        Path grid = grid();
        Path results = temporary.resolve("scores.jsonl");
        try (TestBroker broker = TestBroker.start(temporary.resolve("broker"))) {
            Trainer doomed = trainer(broker, "doomed");
            Trainer staying = trainer(broker, "staying");
            try {
                await("both trainers to be ready", () -> isReady(doomed) && isReady(staying));

                // When
                CompletableFuture<CommandRun> sweep = CompletableFuture.supplyAsync(() -> CommandRun.of(
                        temporary.resolve("home"),
                        "sweep",
                        grid.toString(),
                        "--trainer",
                        staying.address().toString(),
                        "--results",
                        results.toString()));
                await(
                        "both to be at work, one of them past a save",
                        () -> isGoingOn(sweep)
                                && jobOf(staying).isPresent()
                                && jobOf(doomed)
                                        .filter(job -> stepOf(staying, job) > 2 * SAVE_EVERY)
                                        .isPresent());
                String orphan = jobOf(doomed).orElseThrow();
                doomed.process().kill();
                CommandRun run = sweep.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

                // Then: four runs and two averages
                assertThat(run.exitCode()).as(run.err()).isZero();
                assertThat(run.out()).contains("6 jobs: 6 SUCCEEDED").contains("average-runs-2");
                List<Checkpoint> published = new FileCheckpointStore(temporary.resolve("store")).list();
                assertThat(published).hasSize(6);
                assertThat(published)
                        .extracting(checkpoint -> checkpoint.manifest().scores())
                        .allSatisfy(scores -> assertThat(scores).containsOnlyKeys("letters/en/strict"));
                JsonNode job = get(staying.address(), "/v1/training-jobs/" + orphan)
                        .orElseThrow()
                        .path("status");
                assertThat(job.path("state").asText()).isEqualTo("SUCCEEDED");
                assertThat(job.path("resumedFromStep").asInt()).isPositive().matches(step -> step % SAVE_EVERY == 0);
                assertThat(new ScoreLog(results).read())
                        .extracting(ScoreLine::protocol)
                        .containsOnly("last", "best-validation", "average-last-2", "average-runs-2");
                new BrokerTopics(broker.bootstrapServers()).requireEventsFitTheirSchemas();
                await("no state to be left", () -> isEmpty(temporary.resolve("store/.training")));
                assertThat(Manifest.read(
                                        ModelFiles.in(temporary.resolve("store").resolve(orphan)))
                                .files())
                        .hasSize(3);
            } finally {
                doomed.process().close();
                staying.process().close();
            }
        }
    }

    private Path grid() throws IOException {
        TinyModel.write(temporary.resolve("models/tiny"));
        Files.writeString(
                Files.createDirectories(temporary.resolve("corpora")).resolve("letters.conll"), WholeLoopIT.conll());
        return Files.writeString(temporary.resolve("grid.yaml"), """
                name: shared
                baseModel: tiny
                sources: {letters: [letters.conll]}
                h: [8, standard]
                learningRate: [3e-3]
                seeds: [1, 2]
                types: [PER, LOC]
                hyperparameters: {maxSteps: 1500, batchSize: 10, maxLength: 40, dropout: 0.0}
                snapshots: 1000
                averageLast: 2
                averageRuns: true
                benchmark: {name: letters, test: {en: letters.conll}, validation: {en: letters.conll}}
                """);
    }

    private Trainer trainer(TestBroker broker, String name) throws IOException {
        int port = freePort();
        int managementPort = freePort();
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("SLICER_CHECKPOINTS_STORE", temporary.resolve("store").toString());
        environment.put("SLICER_TRAINER_WORK_FOLDER", temporary.resolve("work").toString());
        environment.put("SLICER_TRAINER_CORPORA", temporary.resolve("corpora").toString());
        environment.put("SLICER_TRAINER_MODELS", temporary.resolve("models").toString());
        environment.put("SLICER_TRAINER_LOCK_DURATION", "15s");
        environment.put("SLICER_TRAINER_SAVE_EVERY", Integer.toString(SAVE_EVERY));
        environment.put("SLICER_ENGINE_THREADS", "1");
        environment.put("SLICER_ENGINE_PRECISION", "FP32");
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        environment.put("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "false");
        environment.put("OMP_WAIT_POLICY", "PASSIVE");
        Path jar = Path.of(System.getProperty("slicer.installation"))
                .resolve("trainer-service/target/quarkus-app/quarkus-run.jar");
        ChildJvm process = ChildJvm.start(new ChildJvm.Command(
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dai.djl.offline=true"),
                List.of(jar.toString()),
                Service.mainClass(jar),
                List.of(),
                environment,
                temporary.resolve(name + ".log"),
                Files.createDirectories(temporary.resolve("process-" + name))));
        return new Trainer(
                process, URI.create("http://127.0.0.1:" + port), URI.create("http://127.0.0.1:" + managementPort));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private boolean isReady(Trainer trainer) {
        assertThat(trainer.process().isAlive())
                .as(trainer.process().outputTail(20))
                .isTrue();
        return get(trainer.management(), "/q/health/ready").isPresent();
    }

    private Optional<String> jobOf(Trainer trainer) {
        return get(trainer.management(), "/q/health/live")
                .flatMap(health -> health.findValues("job").stream().findFirst())
                .map(JsonNode::asText)
                .filter(job -> !job.isEmpty());
    }

    private int stepOf(Trainer trainer, String job) {
        return get(trainer.address(), "/v1/training-jobs/" + job)
                .map(view -> view.at("/status/step").asInt())
                .orElse(0);
    }

    private Optional<JsonNode> get(URI address, String path) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("Accept", "application/json")
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200
                    ? Optional.of(Json.mapper().readTree(response.body()))
                    : Optional.empty();
        } catch (IOException notYetThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isGoingOn(CompletableFuture<CommandRun> sweep) {
        assertThat(sweep.isDone())
                .as(() ->
                        "the sweep ended: " + sweep.join().out() + sweep.join().err())
                .isFalse();
        return true;
    }

    private static boolean isEmpty(Path folder) {
        String[] files = folder.toFile().list();
        return files == null || files.length == 0;
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what).atMost(LIMIT).pollInSameThread().until(condition::getAsBoolean);
    }
}
