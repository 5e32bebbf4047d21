package dev.slicer.inference.rest;

import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;

/** How long a caller waits, in seconds: {@code Request-Timeout: 2.5}. The service's own limit holds in any case. */
public final class RequestTimeout {
    public static final String HEADER = "Request-Timeout";

    private RequestTimeout() {}

    /** @throws ProblemException where the header is no time */
    public static Duration of(HttpServerRequest request, Duration limit) {
        return Optional.ofNullable(request.getHeader(HEADER))
                .map(RequestTimeout::read)
                .filter(asked -> asked.compareTo(limit) < 0)
                .orElse(limit);
    }

    private static Duration read(String seconds) {
        try {
            double value = Double.parseDouble(seconds);
            if (value > 0 && Double.isFinite(value)) {
                return Duration.ofNanos((long) (value * 1e9));
            }
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemType.BAD_REQUEST, refusal(seconds), e);
        }
        throw new ProblemException(ProblemType.BAD_REQUEST, refusal(seconds));
    }

    private static String refusal(String seconds) {
        return HEADER + " must be seconds, more than 0, got \"" + seconds + "\"";
    }
}
