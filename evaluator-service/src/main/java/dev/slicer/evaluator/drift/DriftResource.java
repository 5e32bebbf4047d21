package dev.slicer.evaluator.drift;

import dev.slicer.access.Role;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What changed in users' documents. */
@Path("/v1/drift")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Drift")
public class DriftResource {
    private final DriftBoard board;

    DriftResource(DriftBoard board) {
        this.board = board;
    }

    /** @param distances the largest first */
    public record Answer(List<DriftBoard.Distance> distances, List<DriftBoard.Documents> documents) {}

    @GET
    @RolesAllowed(Role.Name.READ)
    @Operation(
            summary = "How far the last documents are from those before, by language and model",
            description =
                    "As this instance's share of the documents tells it. Jensen-Shannon distances, 0 to 1; only where "
                            + "both windows have documents enough.")
    public Answer drift() {
        return new Answer(
                board.distances().stream()
                        .sorted(Comparator.comparingDouble(DriftBoard.Distance::distance)
                                .reversed())
                        .toList(),
                board.documents());
    }
}
