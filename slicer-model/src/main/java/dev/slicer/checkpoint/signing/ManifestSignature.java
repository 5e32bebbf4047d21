package dev.slicer.checkpoint.signing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.slicer.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What lies beside a manifest as {@code manifest.sig}: an envelope of <a
 * href="https://github.com/secure-systems-lab/dsse">DSSE</a>, without its payload, which is the manifest. Several may have signed.
 *
 * @param payloadType what was signed, which is signed too, so that a signature of one thing never counts for another
 */
public record ManifestSignature(String payloadType, List<OfOne> signatures) {
    /** Name of its file. */
    public static final String FILE_NAME = "manifest.sig";

    static final String ALGORITHM = "Ed25519";
    private static final String TYPE = "application/vnd.slicer.checkpoint-manifest.v1+json";

    /**
     * @param keyid names the key, as {@link SigningKey#id}
     * @param sig in Base64
     */
    public record OfOne(String keyid, String algorithm, String sig) {
        public OfOne {
            Objects.requireNonNull(keyid, "a signature needs a keyid");
            Objects.requireNonNull(algorithm, "a signature needs an algorithm");
            Objects.requireNonNull(sig, "a signature needs a sig");
        }

        private boolean isOf(VerifyingKey key, byte[] message) {
            return algorithm.equals(ALGORITHM)
                    && keyid.equals(key.id())
                    && decoded().filter(bytes -> key.fits(message, bytes)).isPresent();
        }

        private Optional<byte[]> decoded() {
            try {
                return Optional.of(Base64.getDecoder().decode(sig));
            } catch (IllegalArgumentException notBase64) {
                return Optional.empty();
            }
        }
    }

    public ManifestSignature {
        Objects.requireNonNull(payloadType, "an envelope needs a payloadType");
        signatures = List.copyOf(Objects.requireNonNull(signatures, "an envelope needs signatures"));
    }

    /** What {@link #check} finds. */
    public sealed interface Verdict {}

    /** @param keyid of the trusted key that signed */
    public record Trusted(String keyid) implements Verdict {}

    /** @param reason for people, about the file of the signature */
    public record Untrusted(String reason) implements Verdict {}

    /** Signs a manifest, by its bytes. */
    public static ManifestSignature of(byte[] manifest, SigningKey key) {
        return new ManifestSignature(
                TYPE,
                List.of(new OfOne(
                        key.id(), ALGORITHM, Base64.getEncoder().encodeToString(key.sign(message(manifest))))));
    }

    /** @throws JsonProcessingException where the bytes are no envelope */
    public static ManifestSignature read(byte[] bytes) throws JsonProcessingException {
        ManifestSignature read =
                Json.mapper().readValue(new String(bytes, StandardCharsets.UTF_8), ManifestSignature.class);
        if (read == null) {
            throw new JsonMappingException(null, "the value is null");
        }
        return read;
    }

    public byte[] write() {
        try {
            byte[] json = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("cannot write " + this + " as JSON", impossible);
        }
    }

    /**
     * Whether a trusted key has signed exactly these bytes.
     *
     * @throws SigningKeyException where the keys cannot be read
     */
    public Verdict check(byte[] manifest, TrustedKeys trusted) {
        List<VerifyingKey> keys = trusted.keys();
        if (!payloadType.equals(TYPE)) {
            return new Untrusted("signs a " + payloadType + ", expected a " + TYPE);
        }
        byte[] message = message(manifest);
        for (VerifyingKey key : keys) {
            if (signatures.stream().anyMatch(signature -> signature.isOf(key, message))) {
                return new Trusted(key.id());
            }
        }
        List<String> signers = signatures.stream().map(OfOne::keyid).toList();
        List<String> known =
                keys.stream().map(VerifyingKey::id).filter(signers::contains).toList();
        return new Untrusted(
                known.isEmpty()
                        ? "is signed by " + (signers.isEmpty() ? "nobody" : String.join(", ", signers))
                                + ", and trusted are "
                                + String.join(
                                        ", ",
                                        keys.stream().map(VerifyingKey::id).toList())
                        : "the signature of " + String.join(", ", known)
                                + " is not of this manifest: one of the two was changed, or is another checkpoint's");
    }

    /** DSSE's encoding of a payload with its type, which no other use of the key can be mistaken for. */
    static byte[] message(byte[] manifest) {
        byte[] type = TYPE.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(
                ("DSSEv1 " + type.length + " " + TYPE + " " + manifest.length + " ").getBytes(StandardCharsets.UTF_8));
        message.writeBytes(manifest);
        return message.toByteArray();
    }
}
