package dev.slicer.service;

import dev.slicer.events.EventJson;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Answers a request whose body is too long with a problem; the HTTP layer by itself would with an empty body. */
@Singleton
class BodyLimit {
    private static final String KEY = "quarkus.http.limits.max-body-size";
    /** Filters of higher priority come first; the HTTP layer's own limit is among the first routes. */
    private static final int FIRST = 1_000;

    void register(@Observes Filters filters, @ConfigProperty(name = KEY) Optional<MemorySize> limit) {
        limit.map(MemorySize::asLongValue)
                .ifPresent(bytes -> filters.register(request -> check(request, bytes), FIRST));
    }

    /** A body of no announced length is counted while it is read. */
    private static void check(RoutingContext context, long limit) {
        HttpServerRequest request = context.request();
        Optional<Long> length = Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_LENGTH))
                .map(Long::valueOf);
        if (length.filter(bytes -> bytes > limit).isEmpty()) {
            context.next();
            return;
        }
        Problem problem = Problem.of(
                ProblemType.TOO_LARGE,
                "the body has " + length.get() + " bytes, at most " + limit + " are accepted (" + KEY + ")",
                URI.create(request.path()));
        context.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                // The body is not read, so nothing can follow it.
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(Buffer.buffer(EventJson.write(problem)));
    }
}
