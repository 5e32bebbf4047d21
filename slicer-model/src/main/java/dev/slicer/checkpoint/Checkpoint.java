package dev.slicer.checkpoint;

import java.nio.file.Path;

/** A published checkpoint: a folder that HuggingFace transformers loads, and its manifest. */
public record Checkpoint(Path folder, Manifest manifest) {
    public String id() {
        return manifest.id();
    }
}
