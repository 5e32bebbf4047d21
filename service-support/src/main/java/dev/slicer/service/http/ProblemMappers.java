package dev.slicer.service.http;

import dev.slicer.events.EventJson;
import dev.slicer.text.Excerpt;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever ends a request into a {@link Problem}. */
class ProblemMappers {
    private final OfferedMethods offered;

    ProblemMappers(OfferedMethods offered) {
        this.offered = offered;
    }

    @ServerExceptionMapper
    Response problem(Throwable e, UriInfo uri) {
        ProblemException problem = Incident.problem(e, "request to " + uri.getPath());
        Response response = response(problem.type(), problem.type().status(), problem.getMessage(), uri);
        problem.retryAfterSeconds()
                .ifPresent(seconds -> response.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, seconds));
        return response;
    }

    /** As any other; without these the HTTP layer would answer by an empty body. */
    @ServerExceptionMapper({UnauthorizedException.class, ForbiddenException.class, AuthenticationFailedException.class})
    Response refused(SecurityException e, UriInfo uri) {
        return problem(e, uri);
    }

    /** What the HTTP layer refuses by itself; its own words are about annotations and classes. */
    @ServerExceptionMapper
    Response web(WebApplicationException e, ContainerRequestContext request) {
        Response refusal = e.getResponse();
        int status = refusal.getStatus();
        if (status < 400) {
            return refusal;
        }
        if (status >= 500) {
            return problem(e, request.getUriInfo());
        }
        Response response =
                response(ProblemType.ofStatus(status), status, detail(status, request), request.getUriInfo());
        if (status == ProblemType.METHOD_NOT_ALLOWED.status()) {
            response.getHeaders()
                    .putSingle(
                            HttpHeaders.ALLOW,
                            String.join(", ", offered.at(request.getUriInfo().getPath())));
        }
        return response;
    }

    private static String detail(int status, ContainerRequestContext request) {
        return switch (ProblemType.ofStatus(status)) {
            case NOT_FOUND -> "there is no " + request.getUriInfo().getPath();
            case METHOD_NOT_ALLOWED ->
                request.getMethod() + " is not offered at "
                        + request.getUriInfo().getPath();
            case NOT_ACCEPTABLE -> "the answer is not offered as " + request.getHeaderString(HttpHeaders.ACCEPT);
            case UNSUPPORTED_MEDIA_TYPE ->
                Optional.ofNullable(request.getHeaderString(HttpHeaders.CONTENT_TYPE))
                        .map(type -> "a body of the media type " + type + " is not taken here")
                        .orElse("the body is sent without its media type, Content-Type");
            case TOO_LARGE -> "the body is larger than is accepted";
            default -> "the request line, a header or a parameter makes no sense";
        };
    }

    private static Response response(ProblemType type, int status, String detail, UriInfo uri) {
        // Bytes, so that no writer has to be found for the media type, whatever the resource produces.
        byte[] body = EventJson.write(new Problem(
                type.uri(),
                type.title(),
                status,
                Excerpt.of(detail),
                URI.create(uri.getRequestUri().getRawPath())));
        return Response.status(status).type(Problem.MEDIA_TYPE).entity(body).build();
    }
}
