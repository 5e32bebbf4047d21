package dev.slicer.service.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import io.quarkus.security.AuthenticationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** What the one who asked is told of a failure: what is wrong with the request or, where that is not it, a number. */
public final class Incident {
    private static final Logger LOG = Logger.getLogger(Incident.class);

    private Incident() {}

    /**
     * @param what failed, as {@code request to /v1/tag}; the log has it with the number
     */
    public static ProblemException problem(Throwable failure, String what) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return problem(failure.getCause(), what);
        }
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        if (failure instanceof UnauthorizedException || failure instanceof AuthenticationException) {
            return ProblemException.unauthenticated();
        }
        if (failure instanceof ForbiddenException) {
            return ProblemException.forbidden();
        }
        if (failure instanceof InvalidEventException invalid) {
            return ProblemException.of(invalid);
        }
        if (failure instanceof JsonProcessingException json) {
            return ProblemException.of(EventJson.invalid(json));
        }
        String number = UUID.randomUUID().toString();
        LOG.errorf(failure, "%s failed, incident %s", what, number);
        return new ProblemException(
                ProblemType.INTERNAL_ERROR, "the service's log has the cause under " + number, failure);
    }
}
