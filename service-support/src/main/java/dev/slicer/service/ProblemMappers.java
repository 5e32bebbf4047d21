package dev.slicer.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever ends a request into a {@link Problem}. */
class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response problem(ProblemException e, UriInfo uri) {
        Response response = response(e.type(), e.type().status(), e.getMessage(), uri);
        e.retryAfterSeconds().ifPresent(seconds -> response.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, seconds));
        return response;
    }

    @ServerExceptionMapper
    Response invalidEvent(InvalidEventException e, UriInfo uri) {
        ProblemType type = e.reason() == Reason.NOT_JSON ? ProblemType.NOT_JSON : ProblemType.INVALID;
        return response(type, type.status(), e.getMessage(), uri);
    }

    @ServerExceptionMapper
    Response json(JsonProcessingException e, UriInfo uri) {
        return invalidEvent(EventJson.invalid(e), uri);
    }

    @ServerExceptionMapper
    Response notFound(NotFoundException e, UriInfo uri) {
        return response(ProblemType.NOT_FOUND, 404, "there is no " + uri.getPath(), uri);
    }

    @ServerExceptionMapper
    Response web(WebApplicationException e, UriInfo uri) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return json(json, uri);
        }
        int status = e.getResponse().getStatus();
        return status < 400 ? e.getResponse() : response(ProblemType.ofStatus(status), status, e.getMessage(), uri);
    }

    @ServerExceptionMapper
    Response unexpected(Exception e, UriInfo uri) {
        String incident = UUID.randomUUID().toString();
        LOG.errorf(e, "request to %s failed, incident %s", uri.getPath(), incident);
        return response(ProblemType.INTERNAL_ERROR, 500, "the service's log has the cause under " + incident, uri);
    }

    private static Response response(ProblemType type, int status, String detail, UriInfo uri) {
        // Bytes, so that no writer has to be found for the media type, whatever the resource produces.
        byte[] body = EventJson.write(new Problem(
                type.uri(),
                type.title(),
                status,
                detail,
                URI.create(uri.getRequestUri().getRawPath())));
        return Response.status(status).type(Problem.MEDIA_TYPE).entity(body).build();
    }
}
