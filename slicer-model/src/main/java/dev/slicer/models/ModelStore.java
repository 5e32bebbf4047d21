package dev.slicer.models;

import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.models.fetching.ArtifactSource;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.MavenArtifacts;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.models.hub.HuggingFaceHub;
import dev.slicer.models.hub.ModelLock;
import dev.slicer.models.hub.ModelReference;
import dev.slicer.models.hub.StoredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Base models on the local disk, each a folder in HuggingFace's layout that is fetched when it is first asked for.
 * Several processes may share one store.
 */
public final class ModelStore {
    private static final String CONFIG = "config.json";

    private final Path root;
    private final ArtifactSource artifacts;
    private final MbertArtifact mbert;
    private final HuggingFaceHub hub;

    /**
     * A store that fetches from the user's Maven repositories and from the HuggingFace hub; the environment variables
     * HF_ENDPOINT and HF_TOKEN name another hub and the user's token.
     *
     * @param root folder that holds the models; made when the first one is fetched
     */
    public ModelStore(Path root) {
        this(root, MavenArtifacts.ofUser(), MbertArtifact.PUBLISHED, HuggingFaceHub.ofEnvironment());
    }

    ModelStore(Path root, ArtifactSource artifacts, MbertArtifact mbert, HuggingFaceHub hub) {
        this.root = root;
        this.artifacts = artifacts;
        this.mbert = mbert;
        this.hub = hub;
    }

    /**
     * Folder of the model, with {@code config.json}, weights in one file or several, and a tokenizer.
     *
     * @throws ModelException when it cannot be had; nothing half-done is left in its place
     */
    public Path resolve(ModelReference reference, DownloadListener listener) {
        if (reference instanceof ModelReference.Local local) {
            return requireModel(local.folder());
        }
        if (reference instanceof ModelReference.HuggingFace model) {
            Path folder =
                    root.resolve("hf").resolve(fileName(model.repository())).resolve(fileName(model.revision()));
            return stored(folder, listener, target -> hub.install(model, target, listener));
        }
        return stored(root.resolve("mbert"), listener, target -> mbert.install(artifacts, target, listener));
    }

    private static String fileName(String path) {
        return path.replace("/", "--");
    }

    private static Path requireModel(Path folder) {
        if (!Files.isRegularFile(folder.resolve(CONFIG))) {
            throw noModel(folder, "it has no " + CONFIG);
        }
        try {
            ModelWeights.locate(folder);
            TokenizerFiles.locate(folder);
        } catch (CheckpointException missing) {
            throw noModel(folder, missing.getMessage());
        }
        return folder;
    }

    private static ModelException noModel(Path folder, String reason) {
        return new ModelException("'" + folder + "' is no base model: " + reason
                + ". Base models are mbert, hf:organisation/name[@revision] or such a folder.");
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
