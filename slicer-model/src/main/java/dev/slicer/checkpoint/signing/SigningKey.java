package dev.slicer.checkpoint.signing;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** An Ed25519 key that checkpoints are signed with. Nothing of it is ever shown but its id. */
public final class SigningKey {
    private final PrivateKey key;
    private final PublicKey verifying;

    private SigningKey(KeyPair pair) {
        this.key = pair.getPrivate();
        this.verifying = pair.getPublic();
    }

    /** A new one. */
    public static SigningKey create() {
        try {
            return new SigningKey(
                    KeyPairGenerator.getInstance(ManifestSignature.ALGORITHM).generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", impossible);
        }
    }

    /**
     * Reads a key in PKCS #8, as {@code openssl genpkey -algorithm ed25519} writes it.
     *
     * @throws SigningKeyException saying what the file has instead
     */
    public static SigningKey read(Path pem) {
        List<PemFile.Block> blocks = PemFile.read(pem);
        PemFile.Block block = blocks.get(0);
        if (blocks.size() > 1 || !block.label().equals(PemFile.PRIVATE)) {
            throw new SigningKeyException(
                    pem,
                    "has " + (blocks.size() > 1 ? "several blocks" : "a block " + block.label()) + ", expected one "
                            + PemFile.PRIVATE
                            + (block.label().startsWith("ENCRYPTED") ? ", which is not encrypted" : ""));
        }
        try {
            PrivateKey key = KeyFactory.getInstance(ManifestSignature.ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(block.der()));
            return new SigningKey(new KeyPair(publicOf(pem, key), key));
        } catch (GeneralSecurityException other) {
            // Without the cause, which may quote the key.
            throw new SigningKeyException(pem, "its private key is none of Ed25519 in PKCS #8");
        }
    }

    /** The generator makes the same pair of the same seed, and the file has the seed alone. */
    private static PublicKey publicOf(Path pem, PrivateKey key) throws GeneralSecurityException {
        byte[] seed = ((EdECPrivateKey) key)
                .getBytes()
                .orElseThrow(() -> new SigningKeyException(pem, "its private key cannot be read here"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ManifestSignature.ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
        PublicKey found = generator.generateKeyPair().getPublic();
        byte[] probe = ManifestSignature.message(new byte[0]);
        if (!new VerifyingKey(pem, found).fits(probe, signed(key, probe))) {
            throw new SigningKeyException(pem, "its public key cannot be made here");
        }
        return found;
    }

    private static final class Seed extends SecureRandom {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial")
        private final byte[] seed;

        Seed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length) {
                throw new IllegalStateException("asked for " + bytes.length + " bytes of a seed of " + seed.length);
            }
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }

    /** As signatures name it: SHA-256 of the public key's encoding. */
    public String id() {
        return VerifyingKey.idOf(verifying);
    }

    byte[] sign(byte[] message) {
        try {
            return signed(key, message);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("cannot sign with " + id(), impossible);
        }
    }

    private static byte[] signed(PrivateKey key, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ManifestSignature.ALGORITHM);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    /** The key as {@link #read} reads it; to be kept where nobody else can read it. */
    public String privatePem() {
        return PemFile.write(PemFile.PRIVATE, key.getEncoded());
    }

    /** The other half, for those who check signatures. */
    public String publicPem() {
        return PemFile.write(PemFile.PUBLIC, verifying.getEncoded());
    }

    @Override
    public String toString() {
        return id();
    }
}
