package dev.slicer.checkpoint;

import dev.slicer.checkpoint.files.ModelFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A checkpoint whose files are what its manifest says, and whose manifest is what was asked for.
 *
 * @param digest of the manifest, as {@code sha256:} and hexadecimal digits
 * @param signer the trusted key that signed the manifest; empty where no keys are asked for
 * @param files what of it may be used, the manifest included; what is read through them is hashed again
 */
public record VerifiedCheckpoint(Manifest manifest, String digest, Optional<String> signer, ModelFiles files) {
    public String id() {
        return manifest.id();
    }

    /** Where it lies; what is read from there directly may have been changed since. */
    public Path folder() {
        return files.folder();
    }
}
