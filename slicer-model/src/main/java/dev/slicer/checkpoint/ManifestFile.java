package dev.slicer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.VerifiedFiles;
import dev.slicer.checkpoint.signing.ManifestSignature;
import dev.slicer.checkpoint.signing.TrustedKeys;
import dev.slicer.io.IoProblem;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint's manifest as it was read once: digest, signature and content are of the same bytes. */
record ManifestFile(Path folder, byte[] bytes) {
    /** More than thousands of files and corpora need. */
    private static final int MOST_BYTES = 16 << 20;

    /** @throws CheckpointException where it is missing, no plain file, or cannot be read */
    static ManifestFile read(Path folder) {
        return new ManifestFile(folder, content(folder.resolve(Manifest.FILE_NAME)));
    }

    private static byte[] content(Path file) {
        VerifiedFiles.requirePlain(file);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new CheckpointException(file, "has more than " + MOST_BYTES + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw new CheckpointException(file, "file is missing", missing);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    Path file() {
        return folder.resolve(Manifest.FILE_NAME);
    }

    String digest() {
        return "sha256:" + hashed().sha256();
    }

    /** What the file has to be from then on. */
    FileDigest hashed() {
        return new FileDigest(Manifest.FILE_NAME, bytes.length, FileDigest.sha256(bytes));
    }

    /** @throws CheckpointException where it is none */
    Manifest manifest() {
        return Manifest.parse(file(), bytes);
    }

    /** @throws CheckpointException where it is the manifest of another checkpoint */
    Manifest manifestOf(String id) {
        Manifest manifest = manifest();
        if (!manifest.id().equals(id)) {
            throw new CheckpointException(file(), "is the manifest of " + manifest.id() + " and not of " + id);
        }
        return manifest;
    }

    /** @throws CheckpointException where it is not the one that was spoken of */
    void requireDigest(String expected) {
        if (!digest().equals(expected)) {
            throw new CheckpointException(
                    file(),
                    "has the digest " + digest() + " where " + expected
                            + " was announced: the checkpoint was exchanged or changed");
        }
    }

    /**
     * The trusted key that has signed it.
     *
     * @throws CheckpointException where none has
     */
    String requireSigner(TrustedKeys trusted) {
        Path file = folder.resolve(ManifestSignature.FILE_NAME);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CheckpointException(
                    file,
                    "file is missing: the checkpoint is not signed, and a trusted signature is asked for",
                    Kind.CORRUPT);
        }
        ManifestSignature.Verdict verdict = signature(file).check(bytes, trusted);
        if (verdict instanceof ManifestSignature.Trusted found) {
            return found.keyid();
        }
        throw new CheckpointException(file, ((ManifestSignature.Untrusted) verdict).reason());
    }

    /** The keys that are said to have signed it. */
    List<String> signers() {
        return signature(folder.resolve(ManifestSignature.FILE_NAME)).signatures().stream()
                .map(ManifestSignature.OfOne::keyid)
                .toList();
    }

    private static ManifestSignature signature(Path file) {
        try {
            return ManifestSignature.read(content(file));
        } catch (JsonProcessingException other) {
            throw new CheckpointException(
                    file, "is no signature: " + JsonProblem.of(other).message(), other);
        }
    }
}
