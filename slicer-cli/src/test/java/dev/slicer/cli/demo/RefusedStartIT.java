package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service as it is shipped, with settings that would not keep others out. */
class RefusedStartIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void shouldNotStartOpenToOthersUnlessItIsToldTo() throws IOException {
        try (ServiceInstance service = start(Map.of("QUARKUS_HTTP_HOST", "0.0.0.0"))) {
            assertThat(service.awaitEnd(LIMIT)).isNotZero();
            assertThat(service.output())
                    .contains("slicer.security.mode is none, which lets everybody do everything, "
                            + "and quarkus.http.host is 0.0.0.0")
                    .doesNotContain("Listening on");
        }
    }

    @Test
    void shouldNotStartWithACertificateAndAKeyThatDoNotBelongTogether() throws Exception {
        // Given
        Path certificate = folder.resolve("tls.crt");
        makeCertificate(certificate);
        Path key = Files.writeString(
                folder.resolve("tls.key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(KeyPairGenerator.getInstance("EC")
                                        .generateKeyPair()
                                        .getPrivate()
                                        .getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");

        // When
        try (ServiceInstance service = start(Map.of(
                "QUARKUS_TLS_KEY_STORE_PEM_SERVICE_CERT", certificate.toString(),
                "QUARKUS_TLS_KEY_STORE_PEM_SERVICE_KEY", key.toString(),
                "QUARKUS_HTTP_INSECURE_REQUESTS", "disabled"))) {

            // Then
            assertThat(service.awaitEnd(LIMIT)).isNotZero();
            assertThat(service.output())
                    .contains("quarkus.tls.key-store: " + certificate + " and " + key
                            + ": the certificate and the key do not belong together")
                    .doesNotContain("Listening on");
        }
    }

    /** Nothing it needs is there: it does not come so far. */
    private ServiceInstance start(Map<String, String> environment) throws IOException {
        return new ServiceInstance("inference", "inference", folder, environment);
    }

    private void makeCertificate(Path file) throws Exception {
        Path store = folder.resolve("store.p12");
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-keystore", store.toString());
        keytool("-exportcert", "-rfc", "-file", file.toString(), "-keystore", store.toString());
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(List.of(arguments));
        line.addAll(List.of("-alias", "own", "-storepass", "changeit"));
        assertThat(new ProcessBuilder(line).redirectErrorStream(true).start().waitFor())
                .isZero();
    }
}
