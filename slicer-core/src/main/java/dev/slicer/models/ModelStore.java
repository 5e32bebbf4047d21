package dev.slicer.models;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Base models on the local disk, each a folder in HuggingFace's layout that is fetched when it is first asked for.
 * Several processes may share one store.
 */
public final class ModelStore {
    private final Path root;
    private final ArtifactSource artifacts;
    private final MbertArtifact mbert;

    /** @param root folder that holds the models; made when the first one is fetched */
    public ModelStore(Path root) {
        this(root, new MavenArtifacts(Optional.empty()), MbertArtifact.PUBLISHED);
    }

    ModelStore(Path root, ArtifactSource artifacts, MbertArtifact mbert) {
        this.root = root;
        this.artifacts = artifacts;
        this.mbert = mbert;
    }

    /** {@code models} in the folder that the environment variable SLICER_HOME names, else in {@code ~/.cache/slicer}. */
    public static Path defaultRoot() {
        return Optional.ofNullable(System.getenv("SLICER_HOME"))
                .filter(home -> !home.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "slicer"))
                .resolve("models");
    }

    /**
     * Folder of the model, with {@code config.json}, {@code model.safetensors} and {@code tokenizer.json}.
     *
     * @throws ModelException when it cannot be had; nothing half-done is left in its place
     */
    public Path resolve(ModelReference reference, DownloadListener listener) {
        if (reference instanceof ModelReference.Mbert) {
            Path folder = root.resolve("mbert");
            return stored(folder, listener, target -> mbert.install(artifacts, target, listener));
        }
        throw new ModelException("no " + reference);
    }

    private static Path stored(Path folder, DownloadListener listener, Consumer<Path> install) {
        if (StoredModel.isFinished(folder)) {
            return folder;
        }
        ModelLock lock = ModelLock.acquire(folder, listener);
        try {
            if (!StoredModel.isFinished(folder)) {
                install.accept(folder);
            }
            return folder;
        } finally {
            lock.close();
        }
    }
}
