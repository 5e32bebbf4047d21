package dev.slicer.kafka.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.testing.SecuredKafka;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    @TempDir
    Path folder;

    @Test
    void shouldBeWhomACertificateInAStoreNames() throws Exception {
        // Given
        Path store = folder.resolve("client.p12");
        String pem = SecuredKafka.broker().certified("asha");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("client", key(pem), "secret".toCharArray(), new Certificate[] {certificate(pem)});
        try (OutputStream out = Files.newOutputStream(store)) {
            keys.store(out, "secret".toCharArray());
        }

        // When and then: secrets may be in Kafka's own type for them
        assertThat(Identity.of(Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.location",
                        store.toString(),
                        "ssl.keystore.password",
                        new Password("secret"))))
                .isEqualTo("User:CN=asha");
    }

    @Test
    void shouldBeNobodyWithoutAnythingThatNamesIt() {
        assertThat(Identity.of(Map.of())).isEqualTo("User:ANONYMOUS");
        assertThat(Identity.of(Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "GSSAPI")))
                .isEqualTo("this client's principal");
        assertThat(Identity.of(Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.keystore.type",
                        "PEM",
                        "ssl.keystore.location",
                        folder.resolve("gone").toString())))
                .isEqualTo("this client's principal");
    }

    private static Certificate certificate(String pem) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(
                        pem.substring(pem.indexOf("-----BEGIN CERTIFICATE")).getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(String pem) throws Exception {
        String encoded = pem.substring(pem.indexOf('\n') + 1, pem.indexOf("-----END PRIVATE KEY"));
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(encoded)));
    }
}
