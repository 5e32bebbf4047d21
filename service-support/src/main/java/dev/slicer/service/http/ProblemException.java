package dev.slicer.service.http;

import dev.slicer.events.InvalidEventException;
import dev.slicer.text.Excerpt;
import java.time.Duration;
import java.util.Optional;

/** Ends a request with a problem, which quotes no more than a part of what was sent. */
public class ProblemException extends RuntimeException {
    private final ProblemType type;
    private final Optional<Duration> retryAfter;

    public ProblemException(ProblemType type, String detail) {
        super(Excerpt.of(detail));
        this.type = type;
        this.retryAfter = Optional.empty();
    }

    public ProblemException(ProblemType type, String detail, Throwable cause) {
        super(Excerpt.of(detail), cause);
        this.type = type;
        this.retryAfter = Optional.empty();
    }

    /** @param retryAfter when the same request may succeed */
    public ProblemException(ProblemType type, String detail, Duration retryAfter) {
        super(Excerpt.of(detail));
        this.type = type;
        this.retryAfter = Optional.of(retryAfter);
    }

    /** What was sent is not what it should be. */
    public static ProblemException of(InvalidEventException e) {
        ProblemType type = switch (e.reason()) {
            case NOT_JSON -> ProblemType.NOT_JSON;
            case TOO_LARGE -> ProblemType.TOO_LARGE;
            case WRONG_TYPE, INVALID_VALUE, INVALID_HEADER -> ProblemType.INVALID;
        };
        return new ProblemException(type, e.getMessage(), e);
    }

    /** Says nothing of whether a key or token was missing, unknown, wrong or at its end. */
    public static ProblemException unauthenticated() {
        return new ProblemException(ProblemType.UNAUTHENTICATED, "the request has no key or token that is valid here");
    }

    public static ProblemException forbidden() {
        return new ProblemException(ProblemType.FORBIDDEN, "the key or token has not the role that this needs");
    }

    public ProblemType type() {
        return type;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** The value of the header {@code Retry-After}: whole seconds (RFC 9110), as less than one would be "at once". */
    public Optional<String> retryAfterSeconds() {
        return retryAfter.map(after -> Long.toString(Math.max(1, (after.toMillis() + 999) / 1000)));
    }
}
