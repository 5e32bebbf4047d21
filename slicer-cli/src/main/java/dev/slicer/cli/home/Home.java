package dev.slicer.cli.home;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where Slicer keeps what is worth keeping between runs.
 *
 * @param path the folder that environment variable SLICER_HOME names, else {@code ~/.cache/slicer}
 */
public record Home(Path path) {
    public static Home ofProcess() {
        return new Home(Optional.ofNullable(System.getenv("SLICER_HOME"))
                .filter(home -> !home.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "slicer"))
                .toAbsolutePath());
    }

    public Path models() {
        return path.resolve("models");
    }

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    public Path runs() {
        return path.resolve("run");
    }
}
