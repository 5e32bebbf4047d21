package dev.slicer.checkpoint;

import java.net.URI;
import java.nio.file.Path;

/**
 * A published checkpoint: a folder that HuggingFace transformers loads, and its manifest.
 *
 * @param digest of the manifest's bytes, as {@code sha256:} and hexadecimal digits
 */
public record Checkpoint(Path folder, Manifest manifest, String digest) {
    public String id() {
        return manifest.id();
    }

    public URI uri() {
        return folder.toUri();
    }
}
