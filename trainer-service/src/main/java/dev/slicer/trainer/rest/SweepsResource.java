package dev.slicer.trainer.rest;

import dev.slicer.access.Role;
import dev.slicer.events.Sweep;
import dev.slicer.events.SweepFormat;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.security.Caller;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.intake.TrainingJobs;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** Grids of training jobs over HTTP. */
@Path("/v1/sweeps")
@Blocking
@Tag(name = "Sweeps")
public class SweepsResource {
    private static final String YAML = "application/yaml";
    private static final String MARKDOWN = "text/markdown";

    private final TrainingJobs jobs;

    SweepsResource(TrainingJobs jobs) {
        this.jobs = jobs;
    }

    @POST
    @RolesAllowed(Role.Name.TRAIN)
    @Consumes({MediaType.APPLICATION_JSON, YAML})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ask for a grid of fine-tuning runs",
            description = "Each run becomes a job, named by sweep and setting, so that the same grid is the same jobs. "
                    + "Any number of trainers share them.")
    @RequestBody(
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Sweep.class)),
                @Content(mediaType = YAML, schema = @Schema(implementation = Sweep.class))
            })
    @APIResponse(responseCode = "202", description = "Accepted; Location is the sweep's address")
    @APIResponse(responseCode = "400", description = "The body is neither JSON nor YAML, whichever it is said to be")
    @APIResponse(responseCode = "409", description = "A job of the sweep has the id of another request")
    @APIResponse(responseCode = "415", description = "The body is not announced as what is taken here")
    @APIResponse(responseCode = "422", description = "Not a grid; the detail says which field is wrong")
    public Response submit(
            byte[] body,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) MediaType type,
            UriInfo uri,
            @Context RoutingContext asked) {
        SweepFormat format = MediaType.APPLICATION_JSON_TYPE.isCompatible(type) ? SweepFormat.JSON : SweepFormat.YAML;
        Sweep sweep = format.read(body);
        KafkaCall.of(() -> jobs.submit(sweep.jobs().stream()
                        .map(job -> job.requestedBy(Caller.nameOf(asked)))
                        .toList()))
                .forEach((job, submission) -> {
                    if (submission == TrainingJobs.Submission.TAKEN) {
                        throw new ProblemException(
                                ProblemType.CONFLICT,
                                "job id " + job.jobId() + " belongs to another request: there was another sweep "
                                        + sweep.name() + "; give this one another name");
                    }
                });
        return Response.accepted(SweepView.of(sweep.name(), jobsOf(sweep.name())))
                .location(uri.getAbsolutePathBuilder().path("{id}").build(sweep.name()))
                .build();
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "All sweeps, by name")
    public List<SweepView.Summary> list() {
        Map<String, List<JobBoard.Job>> bySweep = jobs.board().all().stream()
                .filter(job -> job.sweepId().isPresent())
                .collect(Collectors.groupingBy(job -> job.sweepId().orElseThrow(), TreeMap::new, Collectors.toList()));
        return bySweep.entrySet().stream()
                .map(sweep -> SweepView.summaryOf(sweep.getKey(), sweep.getValue()))
                .toList();
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "One sweep: where its jobs stand, and the scores so far")
    @APIResponseSchema(SweepView.class)
    @APIResponse(responseCode = "404", description = "There is no such sweep")
    public SweepView get(@RestPath String id) {
        return SweepView.of(id, jobsOf(id));
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Path("{id}")
    @Produces(MARKDOWN)
    @Operation(summary = "The scores so far, for people")
    @APIResponse(responseCode = "404", description = "There is no such sweep")
    public String markdown(@RestPath String id) {
        return SweepView.markdownOf(id, jobsOf(id));
    }

    @DELETE
    @RolesAllowed(Role.Name.TRAIN)
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Cancel the jobs of a sweep that are not over", description = "What is over stays as it is.")
    @APIResponse(responseCode = "202", description = "The open jobs are going to end as CANCELLED")
    @APIResponse(responseCode = "404", description = "There is no such sweep")
    @APIResponse(responseCode = "409", description = "All jobs of the sweep are over")
    public Response cancel(@RestPath String id, @Context RoutingContext asked) {
        List<JobBoard.Job> open =
                jobsOf(id).stream().filter(job -> !job.isOver()).toList();
        if (open.isEmpty()) {
            throw new ProblemException(ProblemType.CONFLICT, "all jobs of sweep " + id + " are over");
        }
        open.forEach(job -> KafkaCall.of(() -> jobs.cancel(job.jobId(), Caller.nameOf(asked))));
        return Response.accepted(SweepView.of(id, jobsOf(id))).build();
    }

    private List<JobBoard.Job> jobsOf(String sweepId) {
        List<JobBoard.Job> found = jobs.board().all().stream()
                .filter(job -> job.sweepId().filter(sweepId::equals).isPresent())
                .toList();
        if (found.isEmpty()) {
            throw new ProblemException(ProblemType.NOT_FOUND, "there is no sweep " + sweepId);
        }
        return found;
    }
}
