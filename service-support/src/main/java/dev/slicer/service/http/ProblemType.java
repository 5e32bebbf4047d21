package dev.slicer.service.http;

import java.net.URI;
import java.util.Locale;

/** All errors that the services answer with over HTTP. */
public enum ProblemType {
    NOT_JSON(400, "The body is not JSON"),
    BAD_REQUEST(400, "The request cannot be understood"),
    UNAUTHENTICATED(401, "The request does not say who asks"),
    FORBIDDEN(403, "The caller may not do this"),
    NO_CERTIFICATE(403, "The caller shows no certificate"),
    CROSS_SITE(403, "A page of another site may not ask for this"),
    NOT_FOUND(404, "There is nothing at this address"),
    METHOD_NOT_ALLOWED(405, "The address does not offer this method"),
    NOT_ACCEPTABLE(406, "The answer cannot have the media type asked for"),
    CONFLICT(409, "The request contradicts the present state"),
    TOO_SLOW(408, "The body did not come in time"),
    TOO_LARGE(413, "The request is larger than the configured limit"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has a media type that is not supported"),
    INVALID(422, "A value in the body makes no sense"),
    TOO_MANY_REQUESTS(429, "The client asks for more at once than it may"),
    QUEUE_FULL(429, "More work waits than may"),
    INTERNAL_ERROR(500, "The service failed"),
    NO_MODEL(503, "No model is loaded yet"),
    UNAVAILABLE(503, "A part that the service needs does not answer"),
    TIMEOUT(504, "The request took longer than it may");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** As {@code urn:dev.slicer:problem:not-json}. */
    public URI uri() {
        return URI.create(
                "urn:dev.slicer:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** The entry for a status that the HTTP layer chose by itself. */
    static ProblemType ofStatus(int status) {
        for (ProblemType type : new ProblemType[] {
            BAD_REQUEST,
            UNAUTHENTICATED,
            FORBIDDEN,
            NOT_FOUND,
            METHOD_NOT_ALLOWED,
            NOT_ACCEPTABLE,
            CONFLICT,
            TOO_LARGE,
            UNSUPPORTED_MEDIA_TYPE,
            INVALID,
            UNAVAILABLE,
            TIMEOUT
        }) {
            if (type.status == status) {
                return type;
            }
        }
        return status < 500 ? BAD_REQUEST : INTERNAL_ERROR;
    }
}
