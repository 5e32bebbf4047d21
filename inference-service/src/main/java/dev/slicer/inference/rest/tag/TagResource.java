package dev.slicer.inference.rest.tag;

import dev.slicer.access.Role;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.rest.RequestOptions;
import dev.slicer.inference.rest.RequestTagging;
import dev.slicer.inference.rest.RequestTimeout;
import dev.slicer.service.http.Problem;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Texts as JSON. Streams of lines, at the same address, are described here and answered elsewhere. */
@Path("/v1/tag")
@Produces(MediaType.APPLICATION_JSON)
public class TagResource {
    /** A document on each line. */
    public static final String NDJSON = "application/x-ndjson";

    private static final String ONE_TEXT = """
            {"text": "Wangari Maathai alizaliwa Nyeri.", "language": "sw"}""";
    private static final String WITH_OPTIONS = """
            {"text": "Wangari Maathai alizaliwa Nyeri.", \
            "options": {"aggregation": "max", "decoder": "greedy", "minScore": 0.5, "labels": ["PER"]}}""";
    private static final String WITH_WORDS = """
            {"text": "Wangari Maathai alizaliwa Nyeri.", "words": [[0, 7], [8, 15], [16, 25], [26, 31], [31, 32]]}""";
    private static final String SEVERAL = """
            {"documents": [{"id": "a", "text": "Nairobi ni mji mkuu wa Kenya."}, \
            {"id": "b", "text": "Nyerere alizaliwa Butiama."}], "options": {"minScore": 0.5}}""";
    private static final String MISSPELT_OPTION = """
            {"text": "Wangari Maathai alizaliwa Nyeri.", "options": {"min_score": 0.5}}""";
    private static final String CUT_OFF = """
            {"text": "Wangari""";
    private static final String LINES = """
            {"id": "a", "text": "Nairobi ni mji mkuu wa Kenya."}
            {"id": "b", "text": "Nyerere alizaliwa Butiama.", "options": {"labels": ["PER"]}}
            {"id": "c", "txt": "a line that is wrong is answered by a problem, and the others go on"}
            """;

    private final RequestTagging tagging;
    private final InferenceConfig config;

    @Inject
    TagResource(RequestTagging tagging, InferenceConfig config) {
        this.tagging = tagging;
        this.config = config;
    }

    @POST
    @RolesAllowed(Role.Name.TAG)
    @Consumes(MediaType.APPLICATION_JSON)
    @Blocking
    @Operation(
            operationId = "tag",
            summary = "Find the named entities of a text, of several, or of a stream of them",
            description =
                    "Offsets are given in UTF-16 units (Java, JavaScript) and in code points (Python). Texts of any "
                            + "length up to the configured limit are tagged whole; longer ones are refused. Options are "
                            + "query parameters, or \"options\" in the body, which go before. A stream has a document on each line "
                            + "and is answered while it is read, line for line in its order.")
    @Parameter(
            name = "aggregation",
            in = ParameterIn.QUERY,
            description = "Which sub-tokens of a word speak for it, as HuggingFace means it",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"first", "average", "max"}))
    @Parameter(
            name = "decoder",
            in = ParameterIn.QUERY,
            description = "The best sequence that is valid IOB2, or the best label of each word by itself",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"viterbi", "greedy"}))
    @Parameter(
            name = "min_score",
            in = ParameterIn.QUERY,
            description = "Entities that score less are left out, 0 to 1",
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            name = "labels",
            in = ParameterIn.QUERY,
            description = "The entity types wanted, parted by commas",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = RequestTimeout.HEADER,
            in = ParameterIn.HEADER,
            description = "Seconds after which the caller wants no answer any more; of a stream, to each line",
            schema = @Schema(type = SchemaType.NUMBER))
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(type = SchemaType.OBJECT),
                        examples = {
                            @ExampleObject(name = "one text", value = ONE_TEXT),
                            @ExampleObject(name = "one text with options", value = WITH_OPTIONS),
                            @ExampleObject(name = "one text with its words", value = WITH_WORDS),
                            @ExampleObject(name = "several", value = SEVERAL),
                            @ExampleObject(
                                    name = "an option that does not exist",
                                    value = MISSPELT_OPTION,
                                    extensions = @Extension(name = "x-status", value = "422")),
                            @ExampleObject(
                                    name = "a body that was cut off",
                                    value = CUT_OFF,
                                    extensions = @Extension(name = "x-status", value = "400"))
                        }),
                @Content(
                        mediaType = NDJSON,
                        schema = @Schema(type = SchemaType.STRING),
                        examples = @ExampleObject(name = "a stream of documents", value = LINES))
            })
    @APIResponse(
            responseCode = "200",
            description = "What was found; of a stream a line for each, which may be a problem with its line number",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(oneOf = {TagAnswer.Single.class, TagAnswer.Several.class})),
                @Content(mediaType = NDJSON, schema = @Schema(oneOf = {TagAnswer.Single.class, LineProblem.class}))
            })
    @APIResponse(
            responseCode = "400",
            description = "The body is empty, null or not JSON, or a header makes no sense",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "413",
            description = "A text or the body is longer, or the list has more documents, than configured",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "415",
            description = "The body is announced as neither application/json nor application/x-ndjson",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "422",
            description = "A field or an option is missing or makes no sense; the detail names it",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "429",
            description = "More texts wait than may",
            headers =
                    @Header(name = "Retry-After", description = "seconds", schema = @Schema(type = SchemaType.INTEGER)),
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "No model is loaded yet",
            headers =
                    @Header(name = "Retry-After", description = "seconds", schema = @Schema(type = SchemaType.INTEGER)),
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "504",
            description = "The time that the request may take was over",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public CompletionStage<TagAnswer> tag(byte[] body, @Context RoutingContext caller) {
        TagRequest request = TagRequest.read(body, RequestOptions.ofQuery(caller.queryParams()), config);
        return tagging.tag(caller, request.documents(), request.options())
                .thenApply(request.single() ? TagAnswer::single : TagAnswer::several);
    }
}
