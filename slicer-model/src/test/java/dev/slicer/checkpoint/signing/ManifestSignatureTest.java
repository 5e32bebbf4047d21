package dev.slicer.checkpoint.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.checkpoint.signing.ManifestSignature.Trusted;
import dev.slicer.checkpoint.signing.ManifestSignature.Untrusted;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden files were made with openssl 3: {@code openssl pkeyutl -sign -rawin} over DSSE's encoding. */
class ManifestSignatureTest {
    private static final String RFC_8032 = "sha256:06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9";

    @TempDir
    private Path folder;

    @Test
    void shouldSignAsOpensslDoes() throws IOException {
        // Given
        SigningKey key = SigningKey.read(golden("rfc8032.pem"));

        // When
        byte[] envelope = ManifestSignature.of(bytes("slicer.json"), key).write();

        // Then: Ed25519 has no chance in it
        assertThat(new String(envelope, UTF_8)).isEqualTo(new String(bytes("manifest.sig"), UTF_8));
        assertThat(key.id()).isEqualTo(RFC_8032);
        assertThat(key.publicPem()).isEqualTo(Files.readString(golden("rfc8032.pub.pem")));
        assertThat(Files.readString(golden("rfc8032.pem"))).endsWith(key.privatePem());
    }

    @Test
    void shouldTrustWhatATrustedKeySigned() throws IOException {
        // Given: several keys, one in a folder
        Path others = Files.createDirectory(folder.resolve("keys"));
        Files.writeString(others.resolve("other.pub.pem"), SigningKey.create().publicPem());
        Files.createDirectory(others.resolve("..2026_11_30"));
        TrustedKeys trusted = new TrustedKeys(List.of(others, golden("rfc8032.pub.pem")));

        // When and then
        assertThat(golden().check(bytes("slicer.json"), trusted)).isEqualTo(new Trusted(RFC_8032));
        assertThat(trusted.ids()).hasSize(2).contains(RFC_8032);
    }

    @Test
    void shouldNotTrustAManifestThatWasChangedInOneByte() throws IOException {
        // Given
        byte[] manifest = bytes("slicer.json");
        TrustedKeys trusted = new TrustedKeys(List.of(golden("rfc8032.pub.pem")));
        for (int i = 0; i < manifest.length; i++) {
            byte[] changed = manifest.clone();
            changed[i] ^= 1;

            // When and then
            assertThat(golden().check(changed, trusted))
                    .as("byte %d", i)
                    .isEqualTo(new Untrusted("the signature of " + RFC_8032 + " is not of this manifest: one of the two"
                            + " was changed, or is another checkpoint's"));
        }
    }

    @Test
    void shouldNotTrustTheSignatureOfAStranger() throws IOException {
        // Given
        SigningKey mine = SigningKey.create();
        TrustedKeys trusted = new TrustedKeys(List.of(write("mine.pem", mine.publicPem())));

        // When and then
        assertThat(golden().check(bytes("slicer.json"), trusted))
                .isEqualTo(new Untrusted("is signed by " + RFC_8032 + ", and trusted are " + mine.id()));
    }

    @Test
    void shouldNotTakeANameForAKey() throws IOException {
        // Given: a stranger signs, and says that it was the trusted key
        SigningKey stranger = SigningKey.create();
        ManifestSignature signed = ManifestSignature.of(bytes("slicer.json"), stranger);
        ManifestSignature pretending = new ManifestSignature(
                signed.payloadType(),
                List.of(new ManifestSignature.OfOne(
                        RFC_8032, "Ed25519", signed.signatures().get(0).sig())));
        TrustedKeys trusted = new TrustedKeys(List.of(golden("rfc8032.pub.pem")));

        // When and then
        assertThat(pretending.check(bytes("slicer.json"), trusted)).isInstanceOf(Untrusted.class);
    }

    @Test
    void shouldNotTakeASignatureOfSomethingElse() throws IOException {
        // Given: the same key has signed the same bytes for another use, which DSSE keeps apart
        SigningKey key = SigningKey.read(golden("rfc8032.pem"));
        byte[] manifest = bytes("slicer.json");
        ManifestSignature other = new ManifestSignature(
                golden().payloadType(),
                List.of(new ManifestSignature.OfOne(
                        key.id(), "Ed25519", Base64.getEncoder().encodeToString(key.sign(manifest)))));
        TrustedKeys trusted = new TrustedKeys(List.of(golden("rfc8032.pub.pem")));

        // When and then
        assertThat(other.check(manifest, trusted)).isInstanceOf(Untrusted.class);
        assertThat(new ManifestSignature("text/plain", golden().signatures()).check(manifest, trusted))
                .isEqualTo(new Untrusted("signs a text/plain, expected a " + golden().payloadType()));
    }

    @Test
    void shouldCountOneTrustedSignatureAmongOthers() throws IOException {
        // Given
        ManifestSignature both = new ManifestSignature(
                golden().payloadType(),
                List.of(
                        ManifestSignature.of(bytes("slicer.json"), SigningKey.create())
                                .signatures()
                                .get(0),
                        golden().signatures().get(0)));

        // When and then
        assertThat(both.check(bytes("slicer.json"), new TrustedKeys(List.of(golden("rfc8032.pub.pem")))))
                .isEqualTo(new Trusted(RFC_8032));
    }

    @Test
    void shouldTrustAKeyOnlyAsLongAsItLiesThere() throws IOException {
        // Given
        Path keys = Files.createDirectory(folder.resolve("rotated"));
        SigningKey old = SigningKey.create();
        ManifestSignature signed = ManifestSignature.of(bytes("slicer.json"), old);
        Files.writeString(keys.resolve("old.pem"), old.publicPem());
        Files.writeString(keys.resolve("new.pem"), SigningKey.create().publicPem());
        TrustedKeys trusted = new TrustedKeys(List.of(keys));
        assertThat(signed.check(bytes("slicer.json"), trusted)).isEqualTo(new Trusted(old.id()));

        // When
        Files.delete(keys.resolve("old.pem"));

        // Then
        assertThat(signed.check(bytes("slicer.json"), trusted)).isInstanceOf(Untrusted.class);
    }

    @Test
    void shouldReadBackTheKeysThatItMakes() throws IOException {
        // Given
        SigningKey made = SigningKey.create();

        // When
        SigningKey read = SigningKey.read(write("made.pem", made.privatePem()));

        // Then
        assertThat(read.id()).isEqualTo(made.id());
        assertThat(read.publicPem()).isEqualTo(made.publicPem());
        assertThat(read.toString()).isEqualTo(made.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no key", "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"})
    void shouldSayWhatAFileHasInsteadOfAKeyAndNotQuoteIt(String text) throws IOException {
        Path file = write("wrong.pem", text);
        assertThatThrownBy(() -> SigningKey.read(file))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageNotContaining("MC4=");
    }

    @Test
    void shouldNotMistakeOneHalfOfAPairForTheOther() throws IOException {
        // Given
        Path secret = golden("rfc8032.pem");
        Path open = golden("rfc8032.pub.pem");

        // When and then
        assertThatThrownBy(() -> SigningKey.read(open))
                .hasMessage(open + ": has a block PUBLIC KEY, expected one PRIVATE KEY");
        assertThatThrownBy(() -> new TrustedKeys(List.of(secret)).ids())
                .hasMessage(secret + ": has a block PRIVATE KEY; trusted keys are public ones, PUBLIC KEY");
        Path locked = write(
                "locked.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertThatThrownBy(() -> SigningKey.read(locked))
                .hasMessageEndingWith(
                        "a block ENCRYPTED PRIVATE KEY, expected one PRIVATE KEY, which is not encrypted");
    }

    @Test
    void shouldRefuseKeysOfOtherKinds() throws Exception {
        // Given
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        KeyPair pair = generator.generateKeyPair();
        Path secret =
                write("ec.pem", PemFile.write(PemFile.PRIVATE, pair.getPrivate().getEncoded()));
        Path open = write(
                "ec.pub.pem", PemFile.write(PemFile.PUBLIC, pair.getPublic().getEncoded()));

        // When and then
        assertThatThrownBy(() -> SigningKey.read(secret))
                .hasMessage(secret + ": its private key is none of Ed25519 in PKCS #8");
        assertThatThrownBy(() -> new TrustedKeys(List.of(open)).ids())
                .hasMessage(open + ": its public key is none of Ed25519");
    }

    @Test
    void shouldNotTrustNobody() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> new TrustedKeys(List.of(empty)).ids()).hasMessage(empty + ": the folder has no key");
        assertThatThrownBy(() -> new TrustedKeys(List.of(folder.resolve("none"))).ids())
                .hasMessage(folder.resolve("none") + ": there is no such file");
        assertThatThrownBy(() -> new TrustedKeys(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"payloadType\": \"a\", \"signatures\": [null]}",
                "{\"payloadType\": \"a\", \"signatures\": [{}]}",
                "{\"payloadType\": \"a\"}"
            })
    void shouldRefuseWhatIsNoEnvelope(String json) {
        assertThatThrownBy(() -> ManifestSignature.read(json.getBytes(UTF_8)))
                .isInstanceOf(JsonProcessingException.class);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static ManifestSignature golden() throws IOException {
        return ManifestSignature.read(bytes("manifest.sig"));
    }

    private static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(golden(name));
    }

    private static Path golden(String name) {
        try {
            return Path.of(ManifestSignatureTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
