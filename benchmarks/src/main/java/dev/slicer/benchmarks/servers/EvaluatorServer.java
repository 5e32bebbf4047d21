package dev.slicer.benchmarks.servers;

import dev.slicer.benchmarks.measuring.ResidentMemory;
import dev.slicer.broker.ChildJvm;
import dev.slicer.broker.LocalBroker;
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

/** The evaluator as the build packages it, with the settings of its container. */
public final class EvaluatorServer implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    /** What deploy/compose.yaml and k8s/base/evaluator.yaml allow its container. */
    private static final String CONTAINER = "-XX:MaxRAM=1g";
    /** What they have in the place of the image's. */
    private static final Map<String, String> OPTIONS = Map.of(
            "JDK_JAVA_OPTIONS",
            "-XX:+UseSerialGC -XX:InitialRAMPercentage=60 -XX:MaxRAMPercentage=60 -XX:MaxNewSize=64m");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final URI management;
    private final ChildJvm process;
    private final long started = System.nanoTime();

    private EvaluatorServer(URI address, URI management, ChildJvm process) {
        this.address = address;
        this.management = management;
        this.process = process;
    }

    /**
     * @param installation Slicer's folder
     * @param folder for the log and for what it keeps, which is nothing that it finds again
     */
    public static EvaluatorServer start(Path installation, Path folder, LocalBroker broker) throws IOException {
        ImageSettings image = ImageSettings.of(installation);
        int port = Server.freePort();
        int managementPort = Server.freePort();
        Map<String, String> environment = new HashMap<>(image.environment());
        environment.putAll(OPTIONS);
        environment.putAll(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "QUARKUS_HTTP_HOST",
                "127.0.0.1",
                "QUARKUS_HTTP_PORT",
                Integer.toString(port),
                "QUARKUS_MANAGEMENT_PORT",
                Integer.toString(managementPort),
                "SLICER_EVALUATOR_STATE_FOLDER",
                folder.resolve("state").toString()));
        Path jar = installation.resolve("evaluator-service/target/quarkus-app/quarkus-run.jar");
        ChildJvm process = ChildJvm.start(new ChildJvm.Command(
                image.jvmOptions(CONTAINER),
                List.of(jar.toString()),
                InferenceServer.mainClass(jar),
                List.of(),
                environment,
                folder.resolve("evaluator.log"),
                folder));
        return new EvaluatorServer(
                URI.create("http://127.0.0.1:" + port), URI.create("http://127.0.0.1:" + managementPort), process);
    }

    /** @return seconds since it was started */
    public double awaitReady(Duration limit) throws InterruptedException {
        long end = started + limit.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (get(management.resolve("/q/health/ready")).statusCode() == 200) {
                    return (System.nanoTime() - started) / 1e9;
                }
            } catch (IOException e) {
                // It does not listen yet.
                if (!process.isAlive()) {
                    throw new IllegalStateException(
                            "the evaluator has ended; end of its log:\n" + process.outputTail(20), e);
                }
            }
            Thread.sleep(POLL.toMillis());
        }
        throw new IllegalStateException(
                "the evaluator was not ready within " + limit + "; end of its log:\n" + process.outputTail(20));
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(address.resolve(path));
    }

    /** All that Prometheus would read. */
    public HttpResponse<String> metrics() throws IOException, InterruptedException {
        return get(management.resolve("/q/metrics"));
    }

    private HttpResponse<String> get(URI at) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(at).timeout(Duration.ofMinutes(1)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** @throws IOException on other systems than Linux */
    public ResidentMemory memory() throws IOException {
        return ResidentMemory.of(process.pid())
                .orElseThrow(() -> new IOException("resident memory is measured on Linux only"));
    }

    @Override
    public void close() {
        process.close();
    }
}
