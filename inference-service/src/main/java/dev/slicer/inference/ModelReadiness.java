package dev.slicer.inference;

import dev.slicer.inference.model.ServingModel;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when a model serves; says which, and which checkpoint was refused since. */
@Readiness
class ModelReadiness implements HealthCheck {
    private final ServingModel models;

    @Inject
    ModelReadiness(ServingModel models) {
        this.models = models;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("model").status(models.current().isPresent());
        models.current()
                .ifPresent(model -> response.withData("modelId", model.modelId())
                        .withData("loadedAt", model.loadedAt().toString()));
        models.lastFailure()
                .ifPresent(failure -> response.withData("refused", failure.modelId())
                        .withData("reason", failure.reason())
                        .withData("kind", failure.kind().name())
                        .withData("refusedAt", failure.at().toString()));
        models.nextAttempt().ifPresent(time -> response.withData("triedAgainAt", time.toString()));
        return response.build();
    }
}
