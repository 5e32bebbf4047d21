package dev.slicer.benchmarks.servers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.broker.ChildJvm;
import dev.slicer.broker.LocalBroker;
import dev.slicer.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;

/** The inference service as the build packages it, with the settings of its container image. */
public final class InferenceServer implements Server {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(200);
    /** What the deployments allow its container (k8s/base/inference.yaml, deploy/compose.yaml). */
    private static final String CONTAINER = "-XX:MaxRAM=4g";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final URI management;
    private final ChildJvm process;

    private InferenceServer(URI address, URI management, ChildJvm process) {
        this.address = address;
        this.management = management;
        this.process = process;
    }

    /** Serves one checkpoint over REST alone. */
    public static InferenceServer ofCheckpoint(Path installation, Path folder, Path checkpoint) throws IOException {
        return start(installation, folder, restAlone(checkpoint));
    }

    /** As {@link #ofCheckpoint}, and believes who asks that it asks for others. */
    public static InferenceServer ofCheckpointForManyClients(Path installation, Path folder, Path checkpoint)
            throws IOException {
        Map<String, String> configuration = new HashMap<>(restAlone(checkpoint));
        configuration.put("QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true");
        configuration.put("QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.1");
        return start(installation, folder, configuration);
    }

    private static Map<String, String> restAlone(Path checkpoint) {
        return Map.of(
                "SLICER_INFERENCE_CHECKPOINT",
                checkpoint.toAbsolutePath().toString(),
                "SLICER_INFERENCE_STREAM_ENABLED",
                "false",
                "SLICER_TOPICS_CREATE",
                "false");
    }

    /** Serves one checkpoint over REST and Kafka. */
    public static InferenceServer ofStream(Path installation, Path folder, Path checkpoint, LocalBroker broker)
            throws IOException {
        return start(
                installation,
                folder,
                Map.of(
                        "SLICER_INFERENCE_CHECKPOINT",
                        checkpoint.toAbsolutePath().toString(),
                        "KAFKA_BOOTSTRAP_SERVERS",
                        broker.bootstrapServers()));
    }

    /** Serves over REST what is announced on Kafka. */
    public static InferenceServer ofAnnouncements(Path installation, Path folder, Path store, LocalBroker broker)
            throws IOException {
        return start(
                installation,
                folder,
                Map.of(
                        "SLICER_CHECKPOINTS_STORE",
                        store.toUri().toString(),
                        "KAFKA_BOOTSTRAP_SERVERS",
                        broker.bootstrapServers(),
                        "SLICER_INFERENCE_SERVE",
                        "newest",
                        "SLICER_INFERENCE_STREAM_ENABLED",
                        "false"));
    }

    /**
     * @param installation Slicer's folder
     * @param folder for the log and what the process needs
     */
    private static InferenceServer start(Path installation, Path folder, Map<String, String> configuration)
            throws IOException {
        ImageSettings image = ImageSettings.of(installation);
        int port = Server.freePort();
        int managementPort = Server.freePort();
        Map<String, String> environment = new HashMap<>(image.environment());
        // Where the image has its native libraries is a folder of the image.
        environment.remove("DJL_CACHE_DIR");
        environment.putAll(configuration);
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        Path jar = installation.resolve("inference-service/target/quarkus-app/quarkus-run.jar");
        ChildJvm process = ChildJvm.start(new ChildJvm.Command(
                image.jvmOptions(CONTAINER),
                List.of(jar.toString()),
                mainClass(jar),
                List.of(),
                environment,
                folder.resolve("service.log"),
                folder));
        return new InferenceServer(
                URI.create("http://127.0.0.1:" + port), URI.create("http://127.0.0.1:" + managementPort), process);
    }

    /**
     * Waits until a model serves and, where it reads documents from Kafka, that goes on too.
     *
     * @throws IOException with the end of its log, when it ends or takes too long
     */
    public InferenceServer awaitReady() throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (get(management.resolve("/q/health/ready"))
                .filter(health -> !health.toString().contains("\"state\"")
                        || health.toString().contains("RUNNING"))
                .isEmpty()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the inference service is not ready:\n" + logTail());
            }
            pause(POLL);
        }
        return this;
    }

    @Override
    public URI address() {
        return address;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public String description() {
        return "precision " + model().path("precision").asText();
    }

    /** The model that serves, as {@code GET /v1/models} has it; a missing node where there is none. */
    public JsonNode model() {
        return get(address.resolve("/v1/models"))
                .map(models -> models.path("current"))
                .orElseThrow(() -> new IllegalStateException("the inference service does not say what it serves"));
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String logTail() {
        return process.outputTail(20);
    }

    /** The sum of a counter over all its labels. */
    public double counter(String name) throws IOException {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(management.resolve("/q/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<JsonNode> get(URI at) {
        try {
            HttpResponse<byte[]> response = http.send(
                    HttpRequest.newBuilder(at).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200
                    ? Optional.of(Json.mapper().readTree(response.body()))
                    : Optional.empty();
        } catch (IOException notYetThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String mainClass(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Main-Class");
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
