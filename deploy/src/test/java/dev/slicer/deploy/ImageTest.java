package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.firstGroup;
import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTest {
    private static final String DOCKERFILE = "deploy/Dockerfile";
    private static final Map<String, String> OF_TLS =
            Map.of("QUARKUS_TLS_KEY_STORE_PEM_SERVICE_CERT", "/etc/slicer/tls/tls.crt");
    private static final char[] PASSWORD = "changeit".toCharArray();

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
    void shouldBuildOnImagesThatAreKnownByTheirDigests() {
        // When
        List<String> bases = Pattern.compile("(?m)^ARG \\w+_IMAGE=(.+)$")
                .matcher(instructions())
                .results()
                .map(base -> base.group(1))
                .toList();

        // Then: all stages begin with one of them, or with one another
        assertThat(bases).hasSize(3).allMatch(base -> base.matches("[a-z/-]+:[\\w.-]+@sha256:[0-9a-f]{64}"));
        assertThat(Pattern.compile("(?m)^FROM (\\S+)").matcher(instructions()).results())
                .extracting(stage -> stage.group(1))
                .isSubsetOf("${BUILD_IMAGE}", "build", "${JRE_IMAGE}", "jre", "${CUDA_IMAGE}", "${RUNTIME}-runtime");
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

        // When and then
        assertThat(check(answering(server, answer), Map.of())).isEqualTo(status);
        // And: whatever the service was told of TLS at another port
        assertThat(check(server, OF_TLS)).isEqualTo(status);
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1"})
    void shouldTellAHealthyServiceFromASickOneOverTls(int answer, int status, @TempDir Path folder) throws Exception {
        // Given
        Tool.assumeWorks("bash and openssl", "bash", "-c", "openssl version");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certified(folder)));

        // When and then
        assertThat(check(answering(server, answer), OF_TLS)).isEqualTo(status);
        // And: where it was told by a file or an option of the JVM
        assertThat(check(server, Map.of())).isEqualTo(status);
        server.stop(0);
    }

    @Test
    void shouldCallAServiceSickThatDoesNotListen() {
        // Given
        Tool.assumeWorks("bash", "bash", "-c", "exit 0");

        // When and then
        assertThat(check(1, Map.of())).isNotZero();
        assertThat(check(1, OF_TLS)).isNotZero();
    }

    private static HttpServer answering(HttpServer server, int status) {
        server.createContext("/q/health/live", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** With a certificate that nobody else has signed. */
    private static SSLContext certified(Path folder) throws GeneralSecurityException, IOException {
        Path file = folder.resolve("store.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String command = keytool + " -genkeypair -alias service -keyalg EC -dname CN=service -storetype PKCS12"
                + " -storepass changeit -keystore " + file;
        assertThat(Tool.run(folder, Map.of(), command.split(" ")).status()).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static int check(HttpServer server, Map<String, String> settings) {
        return check(server.getAddress().getPort(), settings);
    }

    private static int check(int port, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(port));
        return Tool.run(path("deploy"), environment, "bash", "healthcheck").status();
    }

    private static String instructions() {
        return text(DOCKERFILE).replaceAll("(?m)^\\s*#.*$", "");
    }
}
