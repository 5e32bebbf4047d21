package dev.slicer.inference;

import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * The one model of the service under the names that other protocols ask for: {@value #NAME}, which stays while
 * checkpoints come and go, or the checkpoint's own id.
 */
@Singleton
class ServedModels {
    static final String NAME = "slicer";

    private final Models models;

    @Inject
    ServedModels(Models models) {
        this.models = models;
    }

    /** @throws ProblemException where another model serves, or none */
    LoadedModel named(String name) {
        LoadedModel current = models.current().orElseThrow(Inference::noModel);
        if (!name.equals(NAME) && !name.equals(current.modelId())) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "there is no model " + name + "; " + NAME + " is, at present " + current.modelId());
        }
        return current;
    }

    /** @throws ProblemException where another model or version serves, or none */
    LoadedModel named(String name, String version) {
        LoadedModel current = named(name);
        if (!version.equals(current.modelId())) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "there is no version " + version + " of " + name + "; " + current.modelId() + " serves");
        }
        return current;
    }
}
