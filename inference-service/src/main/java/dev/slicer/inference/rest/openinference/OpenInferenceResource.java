package dev.slicer.inference.rest.openinference;

import dev.slicer.access.Role;
import dev.slicer.events.EventJson;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.rest.ErrorMessage;
import dev.slicer.inference.rest.ModelNames;
import dev.slicer.inference.rest.RequestOptions;
import dev.slicer.inference.rest.RequestTagging;
import dev.slicer.service.http.Problem;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * The Open Inference Protocol, so that platforms that speak it find health, models and inference where they look. The model
 * is called {@value ModelNames#NAME}; its versions are checkpoints, of which one serves.
 */
@Path("/v2")
@Produces(MediaType.APPLICATION_JSON)
public class OpenInferenceResource {
    private static final String TWO_TEXTS = """
            {"id": "42", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [2], \
            "data": ["Nairobi ni mji mkuu wa Kenya.", "Nyerere alizaliwa Butiama."]}], \
            "parameters": {"aggregation": "average", "min_score": 0.5}}""";
    private static final String WRONG_SHAPE = """
            {"inputs": [{"name": "text", "datatype": "BYTES", "shape": [3], "data": ["Nairobi ni mji mkuu wa Kenya."]}]}""";

    private final RequestTagging tagging;
    private final ServingModel models;
    private final ModelNames served;
    private final InferenceConfig config;
    private final String version;

    @Inject
    OpenInferenceResource(
            RequestTagging tagging,
            ServingModel models,
            ModelNames served,
            InferenceConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.tagging = tagging;
        this.models = models;
        this.served = served;
        this.config = config;
        this.version = version;
    }

    @GET
    @RolesAllowed({Role.Name.TAG, Role.Name.READ})
    @Operation(operationId = "openInferenceServer", summary = "Open Inference Protocol: the server")
    public OpenInference.Server server() {
        return new OpenInference.Server("slicer", version, List.of());
    }

    @GET
    @RolesAllowed({Role.Name.TAG, Role.Name.READ})
    @Path("/health/live")
    @Operation(operationId = "openInferenceLive", summary = "Open Inference Protocol: whether the server answers")
    public OpenInference.Live live() {
        return new OpenInference.Live(true);
    }

    @GET
    @RolesAllowed({Role.Name.TAG, Role.Name.READ})
    @Path("/health/ready")
    @Operation(operationId = "openInferenceReady", summary = "Open Inference Protocol: whether a model serves")
    @APIResponseSchema(OpenInference.Ready.class)
    @APIResponse(
            responseCode = "503",
            description = "No model is loaded yet",
            content = @Content(schema = @Schema(implementation = OpenInference.Ready.class)))
    public Response ready() {
        boolean ready = models.current().isPresent();
        return Response.status(ready ? 200 : 503)
                .entity(new OpenInference.Ready(ready))
                .build();
    }

    @GET
    @RolesAllowed({Role.Name.TAG, Role.Name.READ})
    @Path("/models/{model}")
    @Operation(operationId = "openInferenceModel", summary = "Open Inference Protocol: inputs and outputs of the model")
    @Parameter(name = "model", description = "slicer, or the id of the checkpoint", example = ModelNames.NAME)
    @APIResponseSchema(OpenInference.Model.class)
    @APIResponse(
            responseCode = "404",
            description = "There is no such model",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    public OpenInference.Model model(@PathParam("model") String model) {
        return OpenInference.Model.of(model, served.named(model));
    }

    @GET
    @RolesAllowed({Role.Name.TAG, Role.Name.READ})
    @Path("/models/{model}/versions/{version}")
    @Operation(hidden = true)
    public OpenInference.Model model(@PathParam("model") String model, @PathParam("version") String version) {
        return OpenInference.Model.of(model, served.named(model, version));
    }

    @GET
    @RolesAllowed({Role.Name.TAG, Role.Name.READ})
    @Path("/models/{model}/ready")
    @Operation(operationId = "openInferenceModelReady", summary = "Open Inference Protocol: whether the model serves")
    @Parameter(name = "model", description = "slicer, or the id of the checkpoint", example = ModelNames.NAME)
    @APIResponseSchema(OpenInference.ModelReady.class)
    @APIResponse(
            responseCode = "404",
            description = "There is no such model",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    public OpenInference.ModelReady modelReady(@PathParam("model") String model) {
        served.named(model);
        return new OpenInference.ModelReady(model, true);
    }

    @GET
    @RolesAllowed({Role.Name.TAG, Role.Name.READ})
    @Path("/models/{model}/versions/{version}/ready")
    @Operation(hidden = true)
    public OpenInference.ModelReady modelReady(@PathParam("model") String model, @PathParam("version") String version) {
        served.named(model, version);
        return new OpenInference.ModelReady(model, true);
    }

    @POST
    @RolesAllowed(Role.Name.TAG)
    @Path("/models/{model}/infer")
    @Consumes(MediaType.APPLICATION_JSON)
    @Blocking
    @Operation(
            operationId = "openInference",
            summary = "Open Inference Protocol: find entities",
            description =
                    "One BYTES input, text, of any shape; one BYTES output, entities, of the same shape: for each text a JSON "
                            + "list of entities as /v1/tag has them. Parameters are aggregation, decoder, min_score and labels, as "
                            + "in the query of /v1/tag.")
    @Parameter(name = "model", description = "slicer, or the id of the checkpoint", example = ModelNames.NAME)
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = {
                                @ExampleObject(name = "two texts", value = TWO_TEXTS),
                                @ExampleObject(
                                        name = "another shape than the data have",
                                        value = WRONG_SHAPE,
                                        extensions = @Extension(name = "x-status", value = "400"))
                            }))
    @APIResponseSchema(OpenInference.Answer.class)
    @APIResponse(
            responseCode = "400",
            description = "The request makes no sense",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such model",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    @APIResponse(
            responseCode = "415",
            description = "The request is not announced as application/json",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "429",
            description = "More texts wait than may; Retry-After says when to come again",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    @APIResponse(
            responseCode = "503",
            description = "No model is loaded yet",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    public CompletionStage<OpenInference.Answer> infer(
            @PathParam("model") String model, byte[] body, @Context RoutingContext caller) {
        served.named(model);
        return tag(model, body, caller);
    }

    @POST
    @RolesAllowed(Role.Name.TAG)
    @Path("/models/{model}/versions/{version}/infer")
    @Consumes(MediaType.APPLICATION_JSON)
    @Blocking
    @Operation(hidden = true)
    public CompletionStage<OpenInference.Answer> infer(
            @PathParam("model") String model,
            @PathParam("version") String version,
            byte[] body,
            @Context RoutingContext caller) {
        served.named(model, version);
        return tag(model, body, caller);
    }

    private CompletionStage<OpenInference.Answer> tag(String model, byte[] body, RoutingContext caller) {
        RequestOptions.requireNone(caller.queryParams());
        OpenInference.Request request = OpenInference.Request.read(body, config);
        return tagging.tag(caller, request.documents(), request.options())
                .thenApply(answer -> new OpenInference.Answer(
                        model,
                        answer.modelId(),
                        request.id(),
                        List.of(OpenInference.Output.of(
                                request.shape(),
                                answer.documents().stream()
                                        .map(tagged ->
                                                new String(EventJson.write(tagged.entities()), StandardCharsets.UTF_8))
                                        .toList()))));
    }

    @ServerExceptionMapper
    Response error(Throwable e) {
        return ErrorMessage.response(e);
    }
}
