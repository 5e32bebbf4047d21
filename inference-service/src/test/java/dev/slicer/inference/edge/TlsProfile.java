package dev.slicer.inference.edge;

import dev.slicer.service.testing.Certificates;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** REST alone, on TLS at both ports, for clients that show a certificate. Tests find all of it in the folder. */
public class TlsProfile implements QuarkusTestProfile {
    static final String FOLDER = "test.tls-folder";

    @Override
    public Map<String, String> getConfigOverrides() {
        try {
            Path folder = Files.createTempDirectory("tls");
            Certificates.make("inference").write(folder, "tls");
            Certificates.Identity client = Certificates.make("client");
            client.write(folder, "client");
            return Map.ofEntries(
                    Map.entry(FOLDER, folder.toString()),
                    Map.entry("slicer.topics.create", "false"),
                    Map.entry("slicer.inference.stream.enabled", "false"),
                    Map.entry("kafka.bootstrap.servers", "127.0.0.1:1"),
                    Map.entry("quarkus.http.test-ssl-port", "0"),
                    // As docs/security.md has it.
                    Map.entry(
                            "quarkus.tls.key-store.pem.service.cert",
                            folder.resolve("tls.crt").toString()),
                    Map.entry(
                            "quarkus.tls.key-store.pem.service.key",
                            folder.resolve("tls.key").toString()),
                    Map.entry("quarkus.tls.reload-period", "1s"),
                    Map.entry("quarkus.http.insecure-requests", "disabled"),
                    Map.entry(
                            "quarkus.tls.trust-store.pem.certs",
                            folder.resolve("client.crt").toString()),
                    Map.entry("slicer.tls.client-certificates", "required"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
