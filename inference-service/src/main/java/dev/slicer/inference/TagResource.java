package dev.slicer.inference;

import dev.slicer.batching.Lane;
import dev.slicer.service.Problem;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.TaggedDocument;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
public class TagResource {
    static final String ONE_TEXT = """
            {"text": "Wangari Maathai alizaliwa Nyeri.", "language": "sw"}""";
    static final String WITH_WORDS = """
            {"text": "Wangari Maathai alizaliwa Nyeri.", "words": [[0, 7], [8, 15], [16, 25], [26, 31], [31, 32]]}""";
    static final String SEVERAL = """
            {"documents": [{"id": "a", "text": "Nairobi ni mji mkuu wa Kenya."}, {"id": "b", "text": "Nyerere alizaliwa Butiama."}]}""";

    private final Inference inference;
    private final Models models;
    private final InferenceMetrics metrics;
    private final InferenceConfig config;

    @Inject
    TagResource(Inference inference, Models models, InferenceMetrics metrics, InferenceConfig config) {
        this.inference = inference;
        this.models = models;
        this.metrics = metrics;
        this.config = config;
    }

    /**
     * @param current absent before the first model is loaded
     * @param refused the checkpoint that failed since, if one did
     */
    public record ModelsAnswer(Optional<LoadedModel> current, Optional<FailedLoad> refused) {}

    @POST
    @Path("/tag")
    @Consumes(MediaType.APPLICATION_JSON)
    @Blocking
    @Operation(
            summary = "Find the named entities of a text, or of several",
            description =
                    "Offsets are given in UTF-16 units (Java, JavaScript) and in code points (Python). Texts of any "
                            + "length up to the configured limit are tagged whole; longer ones are refused.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = {
                                @ExampleObject(name = "one text", value = ONE_TEXT),
                                @ExampleObject(name = "one text with its words", value = WITH_WORDS),
                                @ExampleObject(name = "several", value = SEVERAL)
                            }))
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(oneOf = {TagAnswer.Single.class, TagAnswer.Several.class})))
    @APIResponse(
            responseCode = "400",
            description = "The body is empty, null or not JSON",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "413",
            description = "A text or the body is longer, or the list has more documents, than configured",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "415",
            description = "The body is not announced as application/json",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "422",
            description = "A field is missing or makes no sense; the detail names it",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "No model is loaded yet",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public TagAnswer tag(byte[] body) {
        TagRequest request = TagRequest.read(body, config);
        Tagging.Answer answer = inference
                .start(request.documents(), TaggingOptions.defaults(), Lane.INTERACTIVE)
                .answer()
                .join();
        metrics.tagged("rest", answer.documents());
        metrics.batch("rest", answer.documents().size(), answer.computed());
        return answer(
                request, answer.documents(), answer.modelId(), answer.computed().toNanos() / 1e6);
    }

    @GET
    @Path("/models")
    @Operation(summary = "The model that serves, and the checkpoint that was refused since, if one was")
    public ModelsAnswer models() {
        return new ModelsAnswer(models.current(), models.lastFailure());
    }

    private static TagAnswer answer(
            TagRequest request, List<TaggedDocument> tagged, String modelId, double tookMilliseconds) {
        List<TagAnswer.Item> items = tagged.stream().map(TagAnswer.Item::of).toList();
        if (!request.single()) {
            return new TagAnswer.Several(items, modelId, tookMilliseconds);
        }
        TagAnswer.Item only = items.get(0);
        return new TagAnswer.Single(
                only.id(), only.language(), only.entities(), only.tags(), modelId, tookMilliseconds);
    }
}
