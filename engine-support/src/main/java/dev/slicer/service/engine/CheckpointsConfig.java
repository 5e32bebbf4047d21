package dev.slicer.service.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;

/** Where checkpoints are kept. */
@ConfigMapping(prefix = "slicer.checkpoints")
interface CheckpointsConfig {
    /** A {@code file:} URI or a path. */
    @WithDefault("${user.home}/.slicer/checkpoints")
    String store();

    /** @throws IllegalArgumentException naming the key */
    default Path storeRoot() {
        try {
            // A path on any system but with a drive letter has no scheme; one letter is a drive.
            return store().matches("[A-Za-z][A-Za-z0-9+.-]+:.*") ? Path.of(URI.create(store())) : Path.of(store());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "slicer.checkpoints.store must be a folder as a path or a file: URI, got \"" + store() + "\"", e);
        }
    }
}
