package dev.slicer.evaluator.scores;

import dev.slicer.access.Role;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The scores over HTTP. */
@Path("/v1/report")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Report")
public class ReportResource {
    static final String PATH = ReportResource.class.getAnnotation(Path.class).value();

    private final ScoreBoard board;
    private final Clock clock;

    ReportResource(ScoreBoard board, Clock clock) {
        this.board = board;
        this.clock = clock;
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Operation(
            summary = "Counts, precision, recall and F1 by benchmark, model, language and entity type",
            description =
                    "In two scorings: strict, the headline, and sub-token, the paper's, where the answer has the tags of "
                            + "its sub-tokens. With the 95% confidence interval of each F1, and "
                            + "nervaluate's counts of partial matches. Where all do not fit into one answer, next is the "
                            + "address of those that follow; an answer without it is the whole report, or its end.")
    @Parameter(
            name = ReportQuery.BENCHMARK,
            in = ParameterIn.QUERY,
            description = "Only results on this benchmark",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = ReportQuery.MODEL,
            in = ParameterIn.QUERY,
            description = "Only this checkpoint's results",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = ReportQuery.LANGUAGE,
            in = ParameterIn.QUERY,
            description = "Only results in this language; means are of all languages all the same",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = ReportQuery.LIMIT,
            in = ParameterIn.QUERY,
            description =
                    "How many languages there may be in the answer, of all results together. There are fewer where "
                            + "they have so many types that the answer would have more than some megabytes",
            schema =
                    @Schema(
                            type = SchemaType.INTEGER,
                            minimum = "1",
                            maximum = "" + ReportQuery.MOST,
                            defaultValue = "" + ReportQuery.MOST))
    @Parameter(
            name = ReportQuery.AFTER,
            in = ParameterIn.QUERY,
            description = "Only what follows this BENCHMARK/MODEL/LANGUAGE; next has it",
            schema = @Schema(type = SchemaType.STRING))
    @APIResponseSchema(Report.class)
    @APIResponse(responseCode = "400", description = "A parameter is not what it should be; the detail names it")
    public Report report(UriInfo asked) {
        return Report.of(board, ReportQuery.of(asked.getQueryParameters()), clock.instant());
    }
}
