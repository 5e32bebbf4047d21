package dev.slicer.evaluator;

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
    private static final int PENDING_IDS = 20;

    private final StreamEvaluation evaluation;
    private final Clock clock;

    ReportResource(StreamEvaluation evaluation, Clock clock) {
        this.evaluation = evaluation;
        this.clock = clock;
    }

    @GET
    @Operation(
            summary = "Counts, precision, recall and F1 by benchmark, model, language and entity type",
            description = "In two scorings: strict-iob2, the headline, and conlleval, seqeval's default. The paper's "
                    + "sub-token scoring needs the model's sub-tokens, which the stream does not carry.")
    public Report report(
            @Parameter(description = "Only this checkpoint's results") @RestQuery("model") Optional<String> model) {
        return Report.of(evaluation.board(), model, clock.instant());
    }

    @GET
    @Path("pending")
    @Operation(summary = "Labelled documents that no model has answered yet")
    public PendingReport pending() {
        return PendingReport.of(evaluation.board(), PENDING_IDS);
    }
}
