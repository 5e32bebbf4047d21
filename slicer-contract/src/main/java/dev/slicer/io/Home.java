package dev.slicer.io;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where Slicer keeps what is worth keeping between runs, for every program that is told no other place.
 *
 * @param path the folder that environment variable SLICER_HOME names, else {@code ~/.cache/slicer}
 */
public record Home(Path path) {
    private static final String VARIABLE = "SLICER_HOME";

    public static Home ofProcess() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static Home of(Map<String, String> environment, Path userHome) {
        return new Home(Optional.ofNullable(environment.get(VARIABLE))
                .filter(home -> !home.isBlank())
                .map(Path::of)
                .orElseGet(() -> userHome.resolve(".cache").resolve("slicer"))
                .toAbsolutePath());
    }

    /** Base models that were fetched. */
    public Path models() {
        return path.resolve("models");
    }

    /** The checkpoint store. */
    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** Folders of single runs, removed when these end. */
    public Path runs() {
        return path.resolve("run");
    }

    /** Saved states of sweeps, by the sweep's name. */
    public Path sweeps() {
        return path.resolve("sweeps");
    }
}
