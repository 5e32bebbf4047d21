package dev.slicer.cli.demo;

import dev.slicer.broker.ChildJvm;
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
import java.util.jar.JarFile;

/** One of Slicer's services in a process of its own, listening on 127.0.0.1. */
final class Service implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final int LOG_TAIL_LINES = 25;

    private final String name;
    private final ChildJvm process;
    private final URI address;
    private final URI management;
    private final HttpClient http;

    private Service(String name, ChildJvm process, URI address, URI management, HttpClient http) {
        this.name = name;
        this.process = process;
        this.address = address;
        this.management = management;
        this.http = http;
    }

    /**
     * What to start.
     *
     * @param jar the service's runnable jar
     * @param preferredPort taken where it is free
     * @param preferredManagementPort for health and metrics, likewise
     */
    record Definition(String name, Path jar, int preferredPort, int preferredManagementPort, List<String> jvmOptions) {}

    /** @param environment configuration that all services share */
    static Service start(Definition definition, Map<String, String> environment, Path runFolder, HttpClient http) {
        int port = freePort(definition.preferredPort());
        int managementPort = freePort(definition.preferredManagementPort());
        Map<String, String> configuration = new HashMap<>(environment);
        configuration.put("QUARKUS_HTTP_HOST", HOST);
        configuration.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        configuration.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        try {
            Path workFolder = Files.createDirectories(runFolder.resolve(definition.name()));
            ChildJvm process = ChildJvm.start(new ChildJvm.Command(
                    definition.jvmOptions(),
                    List.of(definition.jar().toString()),
                    mainClass(definition.jar()),
                    List.of(),
                    configuration,
                    runFolder.resolve(definition.name() + ".log"),
                    workFolder));
            return new Service(definition.name(), process, at(port), at(managementPort), http);
        } catch (IOException cause) {
            throw new DemoException("cannot start the " + definition.name() + " service: " + cause.getMessage(), cause);
        }
    }

    private static URI at(int port) {
        return URI.create("http://" + HOST + ":" + port);
    }

    String name() {
        return name;
    }

    URI at(String path) {
        return address.resolve(path);
    }

    URI metrics() {
        return management.resolve("/q/metrics");
    }

    URI openApi() {
        return at("/q/openapi");
    }

    /** @throws DemoException with the tail of the service's log where it has ended */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new DemoException("the " + name + " service ended with status " + process.exitStatus() + "; end of "
                    + process.log() + ":\n" + process.outputTail(LOG_TAIL_LINES));
        }
    }

    /** Waits until the service runs. */
    void awaitLive(Duration limit) {
        await("/q/health/live", limit);
    }

    /** Waits until the service can do its job. */
    void awaitReady(Duration limit) {
        await("/q/health/ready", limit);
    }

    private void await(String healthPath, Duration limit) {
        URI health = management.resolve(healthPath);
        Deadline deadline = Deadline.in(limit);
        while (get(health).isEmpty()) {
            requireAlive();
            if (deadline.passed()) {
                throw new DemoException("the " + name + " service did not pass " + health + " within "
                        + limit.toSeconds() + " s; end of " + process.log() + ":\n"
                        + process.outputTail(LOG_TAIL_LINES));
            }
            Deadline.pause();
        }
    }

    /** The body of an answer with status 200; empty when there is none. */
    Optional<byte[]> get(String path) {
        return get(at(path));
    }

    private Optional<byte[]> get(URI at) {
        HttpRequest request = HttpRequest.newBuilder(at).timeout(REQUEST_LIMIT).build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException notYetThere) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted while asking the " + name + " service", interrupted);
        }
    }

    void terminate() {
        process.terminate();
    }

    @Override
    public void close() {
        process.close();
    }

    static String mainClass(Path jar) throws IOException {
        if (!Files.exists(jar)) {
            throw new IOException(jar + " does not exist; build Slicer first");
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Main-Class");
        }
    }

    private static int freePort(int preferred) {
        for (int port : new int[] {preferred, 0}) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Try the next one; port 0 stands for any free port.
            }
        }
        throw new DemoException("no free port on " + HOST);
    }
}
