package dev.slicer.service.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.service.testing.Certificates;
import dev.slicer.service.testing.Certificates.Identity;
import dev.slicer.service.testing.Settings;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceCertificateTest {
    private static Vertx vertx;
    private static Identity own;
    private static Identity another;
    private static Identity older;
    private static Identity anotherOlder;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        vertx = Vertx.vertx();
        own = Certificates.make("own");
        another = Certificates.make("another");
        older = Certificates.makeWithRsa("older");
        anotherOlder = Certificates.makeWithRsa("another-older");
    }

    @AfterAll
    static void stop() {
        vertx.close();
    }

    @Test
    void shouldFindNothingWrongWithACertificateAndItsKey() throws IOException {
        assertThat(problem(own, own)).isEmpty();
        assertThat(problem(older, older)).isEmpty();
    }

    @Test
    void shouldNameTheFilesOfACertificateAndAKeyThatDoNotBelongTogether() throws IOException {
        String files = folder.resolve("tls.crt") + " and " + folder.resolve("tls.key");

        assertThat(problem(own, another)).hasValue(files + ": the certificate and the key do not belong together");
        assertThat(problem(older, anotherOlder))
                .hasValue(files + ": the certificate and the key do not belong together");
        assertThat(problem(own, older)).hasValue(files + " cannot be used as a certificate and its key");
        assertThat(problem(older, own)).hasValue(files + " cannot be used as a certificate and its key");
    }

    private Optional<String> problem(Identity certificate, Identity key) throws IOException {
        certificate.write(folder, "tls");
        key.write(folder, "key");
        Path keyFile = folder.resolve("tls.key");
        Files.copy(folder.resolve("key.key"), keyFile, StandardCopyOption.REPLACE_EXISTING);
        TlsBucketConfig config = Settings.of(
                        TlsConfig.class,
                        Map.of(
                                "quarkus.tls.key-store.pem.service.cert",
                                folder.resolve("tls.crt").toString(),
                                "quarkus.tls.key-store.pem.service.key",
                                keyFile.toString()))
                .defaultCertificateConfig()
                .orElseThrow();
        return new ServiceCertificate(config, "service", vertx)
                .problem(config.keyStore().orElseThrow().pem().orElseThrow().toOptions());
    }
}
