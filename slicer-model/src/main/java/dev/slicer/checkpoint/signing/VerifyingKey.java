package dev.slicer.checkpoint.signing;

import dev.slicer.checkpoint.files.FileDigest;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

/**
 * An Ed25519 key that signatures are checked with.
 *
 * @param file that has it
 */
record VerifyingKey(Path file, PublicKey key) {
    /** @throws SigningKeyException where it is no such key */
    static VerifyingKey of(Path file, byte[] der) {
        try {
            return new VerifyingKey(
                    file,
                    KeyFactory.getInstance(ManifestSignature.ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException other) {
            throw new SigningKeyException(file, "its public key is none of Ed25519", other);
        }
    }

    /** SHA-256 of its encoding, the same as {@code openssl pkey -pubin -outform DER | sha256sum} says. */
    String id() {
        return idOf(key);
    }

    static String idOf(PublicKey key) {
        return "sha256:" + FileDigest.sha256(key.getEncoded());
    }

    boolean fits(byte[] message, byte[] signature) {
        try {
            Signature check = Signature.getInstance(ManifestSignature.ALGORITHM);
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException malformed) {
            // Of another length, or no point of the curve.
            return false;
        }
    }
}
