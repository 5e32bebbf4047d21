package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.broker.ChildJvm;
import dev.slicer.json.Json;
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
import org.awaitility.Awaitility;

/** A service as it is shipped, in a process that can be killed and started again at the same address. */
final class ServiceInstance implements AutoCloseable {
    private final String service;
    private final String name;
    private final Path folder;
    private final Map<String, String> environment;
    private final URI address;
    private final URI management;
    private final HttpClient http = HttpClient.newHttpClient();
    private ChildJvm process;

    /**
     * @param service {@code inference} or {@code evaluator}
     * @param name of its folder
     * @param environment configuration, which goes before what is set for all instances
     */
    ServiceInstance(String service, String name, Path folder, Map<String, String> environment) throws IOException {
        this.service = service;
        this.name = name;
        this.folder = Files.createDirectories(folder.resolve(name));
        this.address = URI.create("http://127.0.0.1:" + freePort());
        this.management = URI.create("http://127.0.0.1:" + freePort());
        this.environment = new HashMap<>(Map.of(
                "SLICER_ENGINE_THREADS", "1",
                "SLICER_ENGINE_PRECISION", "FP32",
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", Integer.toString(address.getPort()),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(management.getPort()),
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "false",
                "OMP_WAIT_POLICY", "PASSIVE"));
        this.environment.putAll(environment);
        this.process = launch();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return name;
    }

    /** Its status, when it has ended by itself. */
    int awaitEnd(Duration limit) {
        Awaitility.await().atMost(limit).until(() -> !process.isAlive());
        return process.exitStatus();
    }

    /** What it has written. */
    String output() {
        return process.output();
    }

    /** As a crash would; what it was at is left as it is. */
    void kill() {
        process.kill();
    }

    /** It does nothing any more, though it is there, until {@link #resume}. */
    void hang() {
        process.hang();
    }

    /** It goes on as if no time had passed. */
    void resume() {
        process.resume();
    }

    void restart() throws IOException {
        process = launch();
    }

    private ChildJvm launch() throws IOException {
        Path jar = Path.of(System.getProperty("slicer.installation"))
                .resolve(service + "-service/target/quarkus-app/quarkus-run.jar");
        return ChildJvm.start(new ChildJvm.Command(
                List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dai.djl.offline=true"),
                List.of(jar.toString()),
                Service.mainClass(jar),
                List.of(),
                environment,
                folder.resolve("service.log"),
                folder));
    }

    /** A good answer as JSON; empty while there is none. */
    Optional<JsonNode> get(String path) {
        return body(path).map(body -> {
            try {
                return Json.mapper().readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError(path + " answered " + body, e);
            }
        });
    }

    /** A good answer; empty while there is none. */
    Optional<String> body(String path) {
        assertThat(process.isAlive()).as(() -> process.outputTail(20)).isTrue();
        HttpRequest request = HttpRequest.newBuilder((path.startsWith("/q/") ? management : address).resolve(path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException notYetThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
