package dev.slicer.inference.rest;

import dev.slicer.access.Role;
import dev.slicer.inference.model.FailedLoad;
import dev.slicer.inference.model.LoadedModel;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.service.http.Problem;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.security.Caller;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

@Path("/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelsResource {
    private final ServingModel models;

    @Inject
    ModelsResource(ServingModel models) {
        this.models = models;
    }

    /**
     * @param current absent before the first model is loaded
     * @param previous the model that served before, in the store and not in memory
     * @param refused the checkpoint that failed since, if one did
     */
    public record Answer(Optional<LoadedModel> current, Optional<LoadedModel> previous, Optional<FailedLoad> refused) {}

    @GET
    @RolesAllowed(Role.Name.READ)
    @Operation(
            operationId = "models",
            summary = "The model that serves, the one before, and the checkpoint that was refused since, if one was")
    public Answer models() {
        return answer();
    }

    /** For those too who may switch and not look. */
    private Answer answer() {
        return new Answer(models.current(), models.previous(), models.lastFailure());
    }

    @POST
    @RolesAllowed(Role.Name.OPERATE)
    @Path("/previous")
    @Blocking
    @Operation(
            operationId = "switchBack",
            summary = "Switch back to the previous model",
            description =
                    "Fetches it from the store, verifies and warms it up, and answers when it serves; meanwhile the current "
                            + "one does. Asked again, it switches forth. The model switched away from is not loaded again by its "
                            + "old announcement or promotion, one that comes later is; a restart loads the promoted one, or with "
                            + "slicer.inference.serve=newest the newest announced one.")
    @APIResponseSchema(Answer.class)
    @APIResponse(
            responseCode = "409",
            description = "There is no previous model",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "415",
            description = "The request is not announced as application/json",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "The previous model's checkpoint is gone or damaged; the current one goes on serving",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Answer switchBack(@Context RoutingContext caller) {
        boolean serves = models.switchBack(Caller.nameOf(caller))
                .orElseThrow(() -> new ProblemException(
                        ProblemType.CONFLICT, "there is no previous model; no model was exchanged since the start"));
        if (!serves) {
            throw new ProblemException(
                    ProblemType.UNAVAILABLE,
                    models.lastFailure()
                            .map(failure -> failure.modelId() + " cannot be loaded: " + failure.reason())
                            .orElse("the previous model cannot be loaded"));
        }
        return answer();
    }
}
