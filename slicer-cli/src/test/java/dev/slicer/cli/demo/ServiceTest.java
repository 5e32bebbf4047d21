package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void shouldTakeAFreePortWhenThePreferredOneIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Service service = start(Healthy.class, taken.getLocalPort())) {
            // When
            service.awaitLive(LIMIT);

            // Then
            assertThat(service.at("/").getPort()).isNotEqualTo(taken.getLocalPort());
            assertThat(service.get("/greeting").map(body -> new String(body, StandardCharsets.UTF_8)))
                    .contains("configured");
            assertThat(service.get("/missing")).isEmpty();
        }
    }

    @Test
    void shouldShowTheEndOfTheLogOfAServiceThatEnds() throws Exception {
        try (Service service = start(Failing.class, 0)) {
            assertThatThrownBy(() -> service.awaitLive(LIMIT))
                    .isInstanceOf(DemoException.class)
                    .hasMessageStartingWith(
                            "the trainer service ended with status 3; end of " + folder.resolve("trainer.log") + ":\n")
                    .hasMessageEndingWith("\nno such setting");
        }
    }

    @Test
    void shouldSayThatTheJarIsMissing() {
        Service.Definition definition = new Service.Definition("trainer", folder.resolve("no.jar"), 0, 0, List.of());

        assertThatThrownBy(() -> Service.start(definition, Map.of(), folder, HttpClient.newHttpClient()))
                .isInstanceOf(DemoException.class)
                .hasMessage("cannot start the trainer service: " + folder.resolve("no.jar")
                        + " does not exist; build Slicer first");
    }

    private Service start(Class<?> main, int port) throws IOException {
        Service.Definition definition =
                new Service.Definition("trainer", jar(main), port, 0, List.of("-XX:TieredStopAtLevel=1"));
        return Service.start(definition, Map.of("GREETING", "configured"), folder, HttpClient.newHttpClient());
    }

    private Path jar(Class<?> main) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        main.getProtectionDomain().getCodeSource().getLocation().toString());
        Path jar = folder.resolve("service.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    /** A service that lives. */
    public static final class Healthy {
        private Healthy() {}

        public static void main(String[] arguments) throws IOException {
            answer("QUARKUS_HTTP_PORT", "/greeting", System.getenv("GREETING"));
            answer("QUARKUS_MANAGEMENT_PORT", "/q/health/live", "up");
        }

        private static void answer(String port, String path, String text) throws IOException {
            InetSocketAddress address =
                    new InetSocketAddress(System.getenv("QUARKUS_HTTP_HOST"), Integer.parseInt(System.getenv(port)));
            HttpServer server = HttpServer.create(address, 0);
            server.createContext(path, exchange -> {
                byte[] body = text.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                try (OutputStream answer = exchange.getResponseBody()) {
                    answer.write(body);
                }
            });
            server.start();
        }
    }

    /** A service that does not start. */
    public static final class Failing {
        private Failing() {}

        public static void main(String[] arguments) {
            System.out.println("no such setting");
            System.exit(3);
        }
    }
}
