package dev.slicer.inference.edge;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.service.testing.Certificates;
import dev.slicer.service.testing.Certificates.Identity;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(TlsProfile.class)
class TlsTest {
    /** Some three times as long as from one look at the files to the next. */
    private static final Duration LOOKS = Duration.ofSeconds(3);

    @ConfigProperty(name = TlsProfile.FOLDER)
    Path folder;

    @ConfigProperty(name = "quarkus.http.test-ssl-port")
    int port;

    @ConfigProperty(name = "quarkus.http.test-port")
    int plainPort;

    @ConfigProperty(name = "quarkus.management.test-port")
    int managementPort;

    private X509Certificate service;
    private Identity client;

    @BeforeEach
    void read() throws IOException {
        service = Identity.read(folder, "tls").certificate();
        client = Identity.read(folder, "client");
    }

    @Test
    void shouldServeOverTlsAndHaveBrowsersStayThere() throws Exception {
        // When
        HttpResponse<String> answer = get(port, "/v1/models", Optional.of(client));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
        assertThat(get(managementPort, "/q/metrics", Optional.of(client))
                        .headers()
                        .firstValue("Strict-Transport-Security"))
                .contains("max-age=31536000");
    }

    @Test
    void shouldNotServeWithoutTls() {
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + plainPort + "/v1/models"))
                                        .build(),
                                BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void shouldRefuseAClientWithoutACertificateOrWithOneThatIsNotTrusted() throws Exception {
        // Given
        Identity stranger = Certificates.make("stranger");

        // When / Then
        assertThatThrownBy(() -> get(port, "/v1/models", Optional.empty())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(port, "/v1/models", Optional.of(stranger))).isInstanceOf(IOException.class);
    }

    /** Probes have no certificate. */
    @Test
    void shouldTellHealthToAllAndMetricsToThoseWithACertificate() throws Exception {
        assertThat(get(managementPort, "/q/health/live", Optional.empty()).statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = get(managementPort, "/q/metrics", Optional.empty());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body())
                .contains("urn:dev.slicer:problem:no-certificate")
                .contains("this needs a client certificate that quarkus.tls.trust-store trusts");
        assertThat(get(managementPort, "/q/metrics", Optional.of(client)).body())
                .contains("slicer_http_refused_total");
    }

    @Test
    void shouldServeACertificateThatWasExchangedWithoutARestart() throws Exception {
        // Given
        Identity renewed = Certificates.make("renewed");
        SSLContext trustsBoth = Certificates.client(Optional.of(client), service, renewed.certificate());

        // When
        renewed.write(folder, "tls");

        // Then: at both ports
        for (int at : new int[] {port, managementPort}) {
            await("the new certificate at port " + at)
                    // In the moment of the exchange a connection may be closed.
                    .dontCatchUncaughtExceptions()
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> Certificates.shownAt(at, trustsBoth).equals(renewed.certificate()));
        }
    }

    @Test
    void shouldKeepTheCertificateWhenTheNewOneCannotBeUsed() throws Exception {
        // Given
        Path file = folder.resolve("tls.crt");
        byte[] good = Files.readAllBytes(file);
        SSLContext trusting = Certificates.client(Optional.of(client), service);
        try {
            // When
            Files.writeString(file, "no certificate");

            // Then: when the service has looked at it several times, but for the moment of a look
            Thread.sleep(LOOKS.toMillis());
            await("the certificate of before").dontCatchUncaughtExceptions().until(() -> isShown(service, trusting));
            assertThat(certificateHealth())
                    .contains(file + " and " + folder.resolve("tls.key")
                            + " cannot be read as a certificate and its key");
        } finally {
            Files.write(file, good);
        }
        await("the problem to be gone").until(() -> !certificateHealth().contains("problem"));
    }

    /** As where one of two files was exchanged, and the other one is yet to come. */
    @Test
    void shouldKeepTheCertificateWhileTheFilesHaveTheKeyOfAnother() throws Exception {
        // Given
        Path file = folder.resolve("tls.crt");
        byte[] good = Files.readAllBytes(file);
        SSLContext trusting = Certificates.client(Optional.of(client), service);
        try {
            // When
            Certificates.make("another").write(folder, "another");
            Files.move(folder.resolve("another.crt"), file, StandardCopyOption.REPLACE_EXISTING);

            // Then
            await("health to tell it")
                    .until(() -> certificateHealth()
                            .contains(file + " and " + folder.resolve("tls.key")
                                    + ": the certificate and the key do not belong together"));
            Thread.sleep(LOOKS.toMillis());
            assertThat(isShown(service, trusting)).isTrue();
        } finally {
            Files.write(file, good);
        }
        await("the problem to be gone").until(() -> !certificateHealth().contains("problem"));
        assertThat(isShown(service, trusting)).isTrue();
    }

    /** The check alone. */
    private String certificateHealth() throws IOException, InterruptedException {
        Matcher check = Pattern.compile("\\{[^{}]*\"name\": *\"certificate\"[^{}]*(\\{[^{}]*})?[^{}]*}")
                .matcher(
                        get(managementPort, "/q/health/ready", Optional.empty()).body());
        assertThat(check.find()).isTrue();
        assertThat(check.group()).contains("\"UP\"");
        return check.group();
    }

    private boolean isShown(X509Certificate certificate, SSLContext client) {
        try {
            assertThat(Certificates.shownAt(port, client)).isEqualTo(certificate);
            return true;
        } catch (IOException closedInThatMoment) {
            return false;
        }
    }

    private HttpResponse<String> get(int at, String path, Optional<Identity> shown)
            throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .sslContext(Certificates.client(shown, service))
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + at + path))
                                .build(),
                        BodyHandlers.ofString());
    }
}
