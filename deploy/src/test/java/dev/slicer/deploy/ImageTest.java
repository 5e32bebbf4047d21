package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.firstGroup;
import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTest {
    private static final String DOCKERFILE = "deploy/Dockerfile";

    @Test
    void shouldSendThePomOfEveryModuleToTheBuild() {
        // Given
        String sent = text(DOCKERFILE + ".dockerignore");

        // Then
        assertThat(Pattern.compile("<module>(.+)</module>")
                        .matcher(text("pom.xml"))
                        .results())
                .extracting(module -> module.group(1))
                .allSatisfy(module -> assertThat(sent.lines())
                        .containsAnyOf("!" + module, "!" + module.split("/")[0], "!" + module + "/pom.xml"));
    }

    @Test
    void shouldSendEveryFileOfItsOwnThatTheBuildNames() {
        // Given
        String sent = text(DOCKERFILE + ".dockerignore");

        // Then
        assertThat(Pattern.compile("deploy/[\\w.]+").matcher(instructions()).results())
                .extracting(file -> file.group())
                .isNotEmpty()
                .allSatisfy(file -> {
                    assertThat(path(file)).exists();
                    assertThat(sent.lines()).contains("!" + file);
                });
    }

    @Test
    void shouldNotRunAsRoot() {
        assertThat(firstGroup("(?m)^USER (.+)$", instructions())).isEqualTo("10001:10001");
    }

    @Test
    void shouldNameTheTensorLibraryThatTheBuildUses() {
        // Given
        String version = firstGroup("<pytorch.version>(.+)</pytorch.version>", text("pom.xml"));

        // Then
        assertThat(instructions()).contains("PYTORCH_VERSION=" + version).contains("pytorch/pytorch:" + version + "-");
    }

    @Test
    void shouldCompileTheUnpackingOfNativeLibraries(@TempDir Path output) {
        // Given
        var compiler = ToolProvider.getSystemJavaCompiler();

        // When
        int status = compiler.run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                output.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                path("deploy/UnpackNatives.java").toString());

        // Then
        assertThat(status).isZero();
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1"})
    void shouldTellAHealthyServiceFromASickOne(int answer, int status) throws IOException {
        // Given
        Tool.assumeWorks("bash", "bash", "-c", "exit 0");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/q/health/live", exchange -> {
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.start();
        try {
            // When
            Tool.Run run = check(server.getAddress().getPort());

            // Then
            assertThat(run.status()).isEqualTo(status);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void shouldCallAServiceSickThatDoesNotListen() {
        // Given
        Tool.assumeWorks("bash", "bash", "-c", "exit 0");

        // When
        Tool.Run run = check(1);

        // Then
        assertThat(run.status()).isNotZero();
    }

    private static Tool.Run check(int port) {
        return Tool.run(
                path("deploy"), Map.of("QUARKUS_MANAGEMENT_PORT", Integer.toString(port)), "bash", "healthcheck");
    }

    private static String instructions() {
        return text(DOCKERFILE).replaceAll("(?m)^\\s*#.*$", "");
    }
}
