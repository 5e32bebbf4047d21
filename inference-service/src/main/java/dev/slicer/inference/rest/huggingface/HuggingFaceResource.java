package dev.slicer.inference.rest.huggingface;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slicer.access.Role;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.rest.ErrorMessage;
import dev.slicer.inference.rest.ModelNames;
import dev.slicer.inference.rest.RequestOptions;
import dev.slicer.inference.rest.RequestTagging;
import dev.slicer.service.http.Problem;
import dev.slicer.text.TaggedDocument;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The shape of HuggingFace's token-classification pipeline, so that its clients need another address only. */
@Path("/models")
@Produces(MediaType.APPLICATION_JSON)
public class HuggingFaceResource {
    private static final String ONE = """
            {"inputs": "Wangari Maathai alizaliwa Nyeri."}""";
    private static final String LIST = """
            {"inputs": ["Nairobi ni mji mkuu wa Kenya.", "Nyerere alizaliwa Butiama."], \
            "parameters": {"aggregation_strategy": "max", "ignore_labels": ["O", "DATE"]}}""";
    private static final String SUB_TOKENS = """
            {"inputs": "Wangari Maathai alizaliwa Nyeri.", "parameters": {"aggregation_strategy": "none"}}""";

    private final RequestTagging tagging;
    private final ModelNames models;
    private final InferenceConfig config;

    @Inject
    HuggingFaceResource(RequestTagging tagging, ModelNames models, InferenceConfig config) {
        this.tagging = tagging;
        this.models = models;
        this.config = config;
    }

    /**
     * @param word the text between the offsets, as it was sent
     * @param start in code points, as Python counts
     */
    @Schema(requiredProperties = {"entity_group", "score", "word", "start", "end"})
    public record Entity(
            @JsonProperty("entity_group") String entityGroup, double score, String word, int start, int end) {
        static List<Entity> of(TaggedDocument tagged, HuggingFaceRequest request) {
            return tagged.entities().stream()
                    .filter(entity -> !request.ignoredLabels().contains(entity.type()))
                    .map(entity -> new Entity(
                            entity.type(),
                            entity.score(),
                            entity.text(),
                            entity.startCodePoint(),
                            entity.endCodePoint()))
                    .toList();
        }
    }

    /** A list of entities for one text, a list of such lists for a list. */
    public sealed interface Answer {
        @Schema(type = SchemaType.ARRAY, implementation = Entity.class)
        record One(@JsonValue List<Entity> entities) implements Answer {}

        @Schema(type = SchemaType.ARRAY, implementation = Entity[].class)
        record Several(@JsonValue List<List<Entity>> entities) implements Answer {}
    }

    @POST
    @RolesAllowed(Role.Name.TAG)
    @Path("/{model: .+}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Blocking
    @Operation(
            operationId = "huggingFace",
            summary = "Find entities, asked and answered as by HuggingFace's token-classification pipeline",
            description =
                    "aggregation_strategy: first, average and max mean what they mean there, words being ICU's; simple is "
                            + "answered as first, so a word is never split; none is refused, because single sub-tokens are no "
                            + "entities. Labels are decoded to the best valid sequence. stride is accepted and not needed: texts of "
                            + "any length are read in overlapping windows. Offsets are code points, as Python's.")
    @Parameter(
            name = "model",
            description = "slicer, or the id of the checkpoint that serves",
            example = ModelNames.NAME)
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = {
                                @ExampleObject(name = "one text", value = ONE),
                                @ExampleObject(name = "several", value = LIST),
                                @ExampleObject(
                                        name = "a strategy that is not offered",
                                        value = SUB_TOKENS,
                                        extensions = @Extension(name = "x-status", value = "400"))
                            }))
    @APIResponse(
            responseCode = "200",
            description = "Entities of one text, or a list of them for each of several",
            content = @Content(schema = @Schema(anyOf = {Answer.One.class, Answer.Several.class})))
    @APIResponse(
            responseCode = "400",
            description = "The request makes no sense",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    @APIResponse(
            responseCode = "404",
            description = "Another model serves",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    @APIResponse(
            responseCode = "413",
            description = "A text is longer, or there are more of them, than configured",
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
            description = "No model is loaded yet; estimated_time says when to come again",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    @APIResponse(
            responseCode = "504",
            description = "The time that the request may take was over",
            content = @Content(schema = @Schema(implementation = ErrorMessage.class)))
    public CompletionStage<Answer> tag(@PathParam("model") String model, byte[] body, @Context RoutingContext caller) {
        models.named(model);
        RequestOptions.requireNone(caller.queryParams());
        HuggingFaceRequest request = HuggingFaceRequest.read(body, config);
        return tagging.tag(caller, request.documents(), request.options()).thenApply(answer -> {
            List<List<Entity>> entities = answer.documents().stream()
                    .map(tagged -> Entity.of(tagged, request))
                    .toList();
            return request.single() ? new Answer.One(entities.get(0)) : new Answer.Several(entities);
        });
    }

    @ServerExceptionMapper
    Response error(Throwable e) {
        return ErrorMessage.response(e);
    }
}
