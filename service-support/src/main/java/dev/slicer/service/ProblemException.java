package dev.slicer.service;

import java.time.Duration;
import java.util.Optional;

/** Ends a request with a problem. */
public class ProblemException extends RuntimeException {
    private final ProblemType type;
    private final Optional<Duration> retryAfter;

    public ProblemException(ProblemType type, String detail) {
        super(detail);
        this.type = type;
        this.retryAfter = Optional.empty();
    }

    public ProblemException(ProblemType type, String detail, Throwable cause) {
        super(detail, cause);
        this.type = type;
        this.retryAfter = Optional.empty();
    }

    /** @param retryAfter when the same request may succeed */
    public ProblemException(ProblemType type, String detail, Duration retryAfter) {
        super(detail);
        this.type = type;
        this.retryAfter = Optional.of(retryAfter);
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
