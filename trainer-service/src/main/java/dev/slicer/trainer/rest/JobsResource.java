package dev.slicer.trainer.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.access.Role;
import dev.slicer.events.EventJson;
import dev.slicer.events.TrainingRequest;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.security.Caller;
import dev.slicer.trainer.intake.TrainingJobs;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** Training jobs over HTTP. */
@Path("/v1/training-jobs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Training jobs")
public class JobsResource {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final TrainingJobs jobs;

    JobsResource(TrainingJobs jobs) {
        this.jobs = jobs;
    }

    @POST
    @RolesAllowed(Role.Name.TRAIN)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ask for a fine-tuning run",
            description =
                    "Puts the request on the training-request topic. Without a jobId one is made up; asking again "
                            + "with the same jobId and content is the same job. requestedBy is left out: the service "
                            + "knows the caller.")
    @RequestBody(content = @Content(schema = @Schema(implementation = TrainingRequest.class)))
    @APIResponse(responseCode = "202", description = "Accepted; Location is the job's address")
    @APIResponse(responseCode = "400", description = "The body is not JSON")
    @APIResponse(responseCode = "409", description = "The jobId belongs to another request")
    @APIResponse(responseCode = "415", description = "The body is not announced as what is taken here")
    @APIResponse(responseCode = "422", description = "Not a training request; the detail says what is wrong")
    public Response submit(byte[] body, UriInfo uri, @Context RoutingContext asked) {
        TrainingRequest request = read(body).requestedBy(Caller.nameOf(asked));
        return switch (KafkaCall.of(() -> jobs.submit(request))) {
            case ACCEPTED, KNOWN ->
                Response.accepted(job(request.jobId()))
                        .location(uri.getAbsolutePathBuilder().path("{id}").build(request.jobId()))
                        .build();
            case TAKEN -> throw conflict("job id " + request.jobId() + " belongs to another request");
        };
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Operation(summary = "All jobs, newest first")
    public List<JobView> list() {
        return jobs.board().all().stream().map(JobView::of).toList();
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Path("{id}")
    @Operation(summary = "One job")
    @APIResponseSchema(JobView.class)
    @APIResponse(responseCode = "404", description = "There is no such job")
    public JobView get(@RestPath String id) {
        return job(id);
    }

    @DELETE
    @RolesAllowed(Role.Name.TRAIN)
    @Path("{id}")
    @Operation(summary = "Cancel a job", description = "A running job stops after its current step.")
    @APIResponse(responseCode = "202", description = "The job is going to end as CANCELLED")
    @APIResponse(responseCode = "404", description = "There is no such job")
    @APIResponse(responseCode = "409", description = "The job is over, or is publishing its checkpoint")
    public Response cancel(@RestPath String id, @Context RoutingContext asked) {
        JobView job = job(id);
        if (job.status().state().isLast()) {
            throw conflict("job " + id + " is over: " + job.status().state());
        }
        if (!KafkaCall.of(() -> jobs.cancel(id, Caller.nameOf(asked)))) {
            throw conflict("job " + id + " is publishing its checkpoint");
        }
        return Response.accepted(job(id)).build();
    }

    private JobView job(String id) {
        return jobs.board()
                .find(id)
                .map(JobView::of)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "there is no training job " + id));
    }

    private static TrainingRequest read(byte[] body) {
        JsonNode json = EventJson.read(body, JsonNode.class);
        if (json.has("requestedBy")) {
            throw new ProblemException(
                    ProblemType.INVALID, "requestedBy is the name that the service knows the caller by; leave it out");
        }
        if (json instanceof ObjectNode object && !object.hasNonNull("jobId")) {
            object.put("jobId", newJobId());
            return EventJson.read(EventJson.write(object), TrainingRequest.class);
        }
        return EventJson.read(body, TrainingRequest.class);
    }

    /** Readable, as it becomes the checkpoint's id too. */
    private static String newJobId() {
        return "job-%s-%04x"
                .formatted(
                        TIME.format(Instant.now()), ThreadLocalRandom.current().nextInt(1 << 16));
    }

    private static ProblemException conflict(String message) {
        return new ProblemException(ProblemType.CONFLICT, message);
    }
}
