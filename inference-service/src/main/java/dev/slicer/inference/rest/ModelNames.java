package dev.slicer.inference.rest;

import dev.slicer.inference.model.LoadedModel;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * The one model of the service under the names that other protocols ask for: {@value #NAME}, which stays while
 * checkpoints come and go, or the checkpoint's own id.
 */
@Singleton
public class ModelNames {
    public static final String NAME = "slicer";

    private final RequestTagging tagging;

    @Inject
    ModelNames(RequestTagging tagging) {
        this.tagging = tagging;
    }

    /** @throws ProblemException where another model serves, or none */
    public LoadedModel named(String name) {
        LoadedModel current = tagging.serving();
        if (!name.equals(NAME) && !name.equals(current.modelId())) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "there is no model " + name + "; " + NAME + " is, at present " + current.modelId());
        }
        return current;
    }

    /** @throws ProblemException where another model or version serves, or none */
    public LoadedModel named(String name, String version) {
        LoadedModel current = named(name);
        if (!version.equals(current.modelId())) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "there is no version " + version + " of " + name + "; " + current.modelId() + " serves");
        }
        return current;
    }
}
