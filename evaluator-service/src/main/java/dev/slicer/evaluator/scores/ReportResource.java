package dev.slicer.evaluator.scores;

import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** The scores over HTTP. */
@Path("/v1/report")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Report")
public class ReportResource {
    private final ScoreBoard board;
    private final Clock clock;

    ReportResource(ScoreBoard board, Clock clock) {
        this.board = board;
        this.clock = clock;
    }

    @GET
    @Operation(
            summary = "Counts, precision, recall and F1 by benchmark, model, language and entity type",
            description =
                    "In two scorings: strict, the headline, and sub-token, the paper's, where the answer has the tags of "
                            + "its sub-tokens. With the 95% confidence interval of each F1, and "
                            + "nervaluate's counts of partial matches.")
    public Report report(
            @Parameter(description = "Only this checkpoint's results") @RestQuery("model") Optional<String> model) {
        return Report.of(board, model, clock.instant());
    }
}
