package dev.slicer.evaluator.promotion;

import dev.slicer.access.Role;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.Promotions;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** Where checkpoints stand, and how they got there. */
@Path("/v1/checkpoints")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Checkpoints")
public class CheckpointsResource {
    private final CheckpointLedger ledger;
    private final Comparisons comparisons;

    CheckpointsResource(CheckpointLedger ledger, Comparisons comparisons) {
        this.ledger = ledger;
        this.comparisons = comparisons;
    }

    /**
     * @param promoted the checkpoint to serve; absent before there is one
     * @param rollbackTarget the one that is promoted again by a rollback
     * @param serving the one that an instance of inference was the last to load
     * @param checkpoints in the order of their announcements
     */
    public record Overview(
            Optional<String> promoted,
            Optional<String> rollbackTarget,
            Optional<String> serving,
            List<Standing> checkpoints) {}

    /**
     * @param h slice size; absent for standard fine-tuning and where the announcement is unknown
     * @param digest that the checkpoint must have; absent where nothing has said it
     */
    public record Standing(
            String checkpointId,
            String state,
            Instant since,
            Optional<String> baseModel,
            OptionalInt h,
            Optional<String> digest) {}

    /** @param comparison with the checkpoint whose place it took or would have taken, the last one of several */
    public record Story(Standing standing, List<HistoryEntry> story, Optional<Verdict> comparison) {}

    /** @param objections what fell by more than it may; nothing where it was good enough */
    public record Verdict(
            String scoring,
            double currentMacroF1,
            double candidateMacroF1,
            double macroTolerance,
            List<String> objections,
            List<Comparison.Row> rows) {
        static Verdict of(Comparison comparison) {
            return new Verdict(
                    comparison.scoring(),
                    comparison.currentMacroF1(),
                    comparison.candidateMacroF1(),
                    comparison.macroTolerance(),
                    comparison.objections(),
                    comparison.rows());
        }
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Operation(summary = "All checkpoints, and which of them is promoted")
    public Overview all() {
        Promotions promotions = ledger.promotions();
        return new Overview(
                promotions.promoted(),
                promotions.rollbackTarget(),
                ledger.serving(),
                promotions.states().stream()
                        .map(state -> standing(promotions, state))
                        .toList());
    }

    @GET
    @RolesAllowed(Role.Name.READ)
    @Path("{id}")
    @Operation(
            summary = "The story of a checkpoint",
            description =
                    "Trained, announced, compared, promoted or refused with the table of why, served, rolled back: all "
                            + "that the topics say about it.")
    @APIResponseSchema(Story.class)
    @APIResponse(responseCode = "404", description = "There is no such checkpoint")
    public Story story(@RestPath String id) {
        Promotions promotions = ledger.promotions();
        CheckpointState state = promotions
                .state(id)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "there is no checkpoint " + id));
        return new Story(
                standing(promotions, state), ledger.history(id), comparison(id).map(Verdict::of));
    }

    private Optional<Comparison> comparison(String id) {
        try {
            return ledger.comparison(id).flatMap(comparisons::read);
        } catch (KafkaException e) {
            throw new ProblemException(
                    ProblemType.UNAVAILABLE, "the comparison of " + id + " cannot be read: " + e.getMessage());
        }
    }

    private static Standing standing(Promotions promotions, CheckpointState state) {
        Optional<CheckpointPublished> published = promotions.announcement(state.checkpointId());
        return new Standing(
                state.checkpointId(),
                state.label(),
                state.since(),
                published.map(CheckpointPublished::baseModel),
                published.map(CheckpointPublished::h).orElse(OptionalInt.empty()),
                promotions.digest(state.checkpointId()));
    }
}
