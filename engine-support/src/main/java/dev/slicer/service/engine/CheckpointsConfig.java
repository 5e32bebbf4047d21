package dev.slicer.service.engine;

import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.checkpoint.signing.SigningKeyException;
import dev.slicer.checkpoint.signing.TrustedKeys;
import dev.slicer.io.Home;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where checkpoints are kept, and which may be used. */
@ConfigMapping(prefix = "slicer.checkpoints")
interface CheckpointsConfig {
    /**
     * Folder of the checkpoints, as a path or a {@code file:} URI. Trainer and inference need the same.
     * Default: {@code checkpoints} in {@code SLICER_HOME}, else in {@code ~/.cache/slicer}.
     */
    Optional<String> store();

    /**
     * Files with public keys in PEM format (Ed25519), or folders of such files, one of which must have signed a checkpoint before anything
     * of it is used. They are read anew for each checkpoint, so keys can be added and taken away while services run.
     * Default: none, signatures are not asked for.
     */
    Optional<List<Path>> trustedKeys();

    /**
     * File with the private key in PEM format (Ed25519, PKCS #8) that the trainer signs its checkpoints with. Default:
     * none, they are not signed.
     */
    Optional<Path> signingKey();

    /**
     * Whether to refuse a checkpoint that neither its announcement nor its promotion names a digest of. Versions before there were
     * digests named none; such a checkpoint is loaded with a warning otherwise.
     */
    @WithDefault("false")
    boolean requireDigest();

    /** @throws IllegalArgumentException naming the key */
    default CheckpointTrust trust() {
        Optional<TrustedKeys> keys = trustedKeys().map(TrustedKeys::new);
        keys.ifPresent(trusted -> checked("slicer.checkpoints.trusted-keys", trusted::ids));
        return new CheckpointTrust(keys, requireDigest());
    }

    /** @throws IllegalArgumentException naming the key */
    default Optional<SigningKey> signer() {
        return signingKey().map(file -> checked("slicer.checkpoints.signing-key", () -> SigningKey.read(file)));
    }

    private static <T> T checked(String key, Supplier<T> read) {
        try {
            return read.get();
        } catch (SigningKeyException wrong) {
            throw new IllegalArgumentException(key + ": " + wrong.getMessage(), wrong);
        }
    }

    /** @throws IllegalArgumentException naming the key */
    default Path storeRoot() {
        return store().map(CheckpointsConfig::folder)
                .orElseGet(() -> Home.ofProcess().checkpoints());
    }

    private static Path folder(String store) {
        try {
            // A path on any system but with a drive letter has no scheme; one letter is a drive.
            return store.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") ? Path.of(URI.create(store)) : Path.of(store);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "slicer.checkpoints.store must be a folder as a path or a file: URI, got \"" + store + "\"", e);
        }
    }
}
