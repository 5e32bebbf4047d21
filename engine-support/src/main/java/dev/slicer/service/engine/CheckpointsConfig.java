package dev.slicer.service.engine;

import dev.slicer.io.Home;
import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where checkpoints are kept. */
@ConfigMapping(prefix = "slicer.checkpoints")
interface CheckpointsConfig {
    /**
     * Folder of the checkpoints, as a path or a {@code file:} URI. Trainer and inference need the same.
     * Default: {@code checkpoints} in {@code SLICER_HOME}, else in {@code ~/.cache/slicer}.
     */
    Optional<String> store();

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
