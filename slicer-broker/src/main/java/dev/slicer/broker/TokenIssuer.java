package dev.slicer.broker;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Stands for an identity provider: it signs tokens (JWT, RS256), and says by which key (JWKS). */
final class TokenIssuer {
    static final String ISSUER = "slicer-local";
    static final String AUDIENCE = "kafka";
    private static final String KEY_ID = "local";
    private static final Duration VALID = Duration.ofHours(12);

    private final KeyPair keys;

    TokenIssuer() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException cause) {
            throw new IllegalStateException(cause);
        }
    }

    /** The public keys of all that it signs. */
    String keySet() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"" + KEY_ID + "\",\"n\":\""
                + encoded(unsigned(key.getModulus().toByteArray())) + "\",\"e\":\""
                + encoded(unsigned(key.getPublicExponent().toByteArray())) + "\"}]}";
    }

    /** @param subject whose principal the broker takes it for */
    String token(String subject) {
        long now = Instant.now().getEpochSecond();
        String content = encoded(("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + KEY_ID + "\"}")
                        .getBytes(StandardCharsets.UTF_8))
                + "."
                + encoded(("{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + AUDIENCE + "\",\"sub\":\"" + subject
                                + "\",\"scope\":\"kafka\",\"iat\":" + now + ",\"exp\":" + (now + VALID.toSeconds())
                                + "}")
                        .getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + encoded(signature.sign());
        } catch (GeneralSecurityException cause) {
            throw new IllegalStateException(cause);
        }
    }

    private static byte[] unsigned(byte[] number) {
        return number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number;
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
