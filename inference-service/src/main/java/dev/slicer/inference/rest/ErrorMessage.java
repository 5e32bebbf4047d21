package dev.slicer.inference.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.slicer.service.Incident;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An error as HuggingFace's API and the Open Inference Protocol have it.
 *
 * @param estimatedTime seconds until a model may be there, as HuggingFace tells
 */
@Schema(requiredProperties = "error")
public record ErrorMessage(
        String error, @JsonProperty("estimated_time") Optional<Double> estimatedTime) {
    public static Response response(Throwable failure) {
        ProblemException e = Incident.problem(failure, "a request");
        // These protocols know no 422.
        int status = e.type() == ProblemType.INVALID ? 400 : e.type().status();
        Optional<Double> estimate = e.type() == ProblemType.NO_MODEL
                ? e.retryAfter().map(Duration::toMillis).map(millis -> millis / 1000.0)
                : Optional.empty();
        Response.ResponseBuilder response = Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(new ErrorMessage(e.getMessage(), estimate));
        e.retryAfterSeconds().ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
        return response.build();
    }
}
