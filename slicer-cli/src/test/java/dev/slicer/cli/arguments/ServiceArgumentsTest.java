package dev.slicer.cli.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slicer.cli.console.CommandFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class ServiceArgumentsTest {
    @Command
    private static final class Asking {
        @Mixin
        private final ServiceArguments service = new ServiceArguments();
    }

    @TempDir
    Path folder;

    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private Path keyFile;

    @BeforeEach
    void start() throws IOException {
        keyFile = Files.writeString(folder.resolve("key"), "of-file\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            sent.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (exchange.getRequestURI().getPath().equals("/moved")) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
                exchange.sendResponseHeaders(307, -1);
            } else {
                byte[] problem = "{\"detail\": \"no key\"}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(401, problem.length);
                exchange.getResponseBody().write(problem);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private ServiceClient client(URI address, Map<String, String> environment, String... arguments) {
        Asking asking = new Asking();
        CommandLine commandLine = new CommandLine(asking);
        commandLine.parseArgs(arguments);
        return asking.service.client(address, commandLine, environment);
    }

    private HttpResponse<String> ask(ServiceClient client, String path) throws IOException, InterruptedException {
        return client.send(client.request(client.at(path)).build());
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', null",
        "'', SLICER_TOKEN=of-environment, Bearer of-environment",
        "'', SLICER_TOKEN= , null",
        "'', SLICER_API_KEY_FILE=FILE, Bearer of-file",
        "'', SLICER_TOKEN=of-environment SLICER_API_KEY_FILE=FILE, Bearer of-environment",
        "--api-key-file FILE, SLICER_TOKEN=of-environment, Bearer of-file",
        "--token of-option, SLICER_API_KEY_FILE=FILE, Bearer of-option"
    })
    void shouldSendWhatIsNearestToTheOneWhoAsks(String options, String environment, String authorization)
            throws IOException, InterruptedException {
        // Given
        Map<String, String> variables = new HashMap<>();
        Arrays.stream(environment.split(" "))
                .filter(variable -> variable.contains("="))
                .forEach(variable -> variables.put(
                        variable.split("=", 2)[0], variable.split("=", 2)[1].replaceAll("^FILE$", keyFile.toString())));
        String[] arguments = options.isEmpty() ? new String[0] : options.split(" ");
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].equals("FILE") ? keyFile.toString() : arguments[i];
        }

        // When
        ask(client(address(), variables, arguments), "v1/sweeps");

        // Then
        assertThat(sent).containsExactly(authorization);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://slicer.example.org", "http://10.1.2.3:8081", "HTTP://192.0.2.1"})
    void shouldNeverSendAKeyOpenlyToAnotherMachine(String address) {
        assertThatThrownBy(() -> client(URI.create(address), Map.of("SLICER_TOKEN", "secret")))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("is not sent to " + address)
                .hasMessageContaining("https://")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void shouldTakeNoKeyElsewhere() throws IOException, InterruptedException {
        // When
        HttpResponse<String> answer = ask(client(address(), Map.of("SLICER_TOKEN", "secret")), "moved");

        // Then
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldSayHowToGiveAKeyWhereOneIsWanted() throws IOException, InterruptedException {
        // Given
        ServiceClient without = client(address(), Map.of());
        ServiceClient with = client(address(), Map.of("SLICER_TOKEN", "secret"));

        // Then
        assertThat(without.problem(ask(without, "")))
                .isEqualTo("no key; give one by --api-key-file, --token or the environment variable SLICER_TOKEN");
        assertThat(with.problem(ask(with, ""))).isEqualTo("no key");
    }

    @Test
    void shouldRefuseTwoKeysAndFilesThatHoldNone() throws IOException {
        // Given
        Path empty = Files.writeString(folder.resolve("empty"), "\n");

        // Then
        assertThatThrownBy(() -> client(address(), Map.of(), "--token", "a", "--api-key-file", keyFile.toString()))
                .isInstanceOf(ParameterException.class)
                .hasMessage("give either --token or --api-key-file, not both");
        assertThatThrownBy(() -> client(address(), Map.of(), "--api-key-file", empty.toString()))
                .hasMessage("the key or token has blanks or line breaks in it, or nothing at all");
        assertThatThrownBy(() -> client(address(), Map.of(), "--token", "a b"))
                .hasMessage("the key or token has blanks or line breaks in it, or nothing at all");
        assertThatThrownBy(() -> client(address(), Map.of(), "--ca", keyFile.toString()))
                .hasMessage(keyFile + " holds no certificates in PEM");
        assertThatThrownBy(() -> client(
                        address(), Map.of("SLICER_CA", folder.resolve("no.pem").toString())))
                .hasMessageContaining("no.pem: cannot be read");
    }

    @Test
    void shouldTrustTheAuthoritiesThatItIsToldOf() throws Exception {
        // Given
        Path keys = folder.resolve("service.p12");
        Path certificate = folder.resolve("service.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "service",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "service",
                "-file",
                certificate.toString(),
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit");
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
        secure.createContext("/", exchange -> {
            sent.add(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        secure.start();
        try {
            URI address = URI.create("https://127.0.0.1:" + secure.getAddress().getPort());
            Map<String, String> environment = Map.of("SLICER_TOKEN", "secret");

            // When
            HttpResponse<String> answer =
                    ask(client(address, environment, "--ca", certificate.toString()), "v1/sweeps");

            // Then
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(sent).containsExactly("Bearer secret");
            assertThatThrownBy(() -> ask(client(address, environment), "v1/sweeps"))
                    .isInstanceOf(SSLHandshakeException.class);
        } finally {
            secure.stop(0);
        }
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static SSLContext context(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance(keys.toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
