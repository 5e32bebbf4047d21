package dev.slicer.service.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Answers a request whose body is too long with a problem; the HTTP layer by itself would with an empty body. */
@Singleton
class BodyLimit {
    private static final String KEY = "quarkus.http.limits.max-body-size";
    /** Behind whatever asks who the caller is; the HTTP layer's own limit comes next. */
    private static final int AFTER_CALLERS = 10;

    void register(@Observes Filters filters, @ConfigProperty(name = KEY) Optional<MemorySize> limit) {
        limit.map(MemorySize::asLongValue)
                .ifPresent(bytes -> filters.register(request -> check(request, bytes), AFTER_CALLERS));
    }

    /** A body of no announced length is counted while it is read. */
    private static void check(RoutingContext context, long limit) {
        Optional<Long> length = Optional.ofNullable(context.request().getHeader(HttpHeaders.CONTENT_LENGTH))
                .map(Long::valueOf);
        if (length.filter(bytes -> bytes > limit).isEmpty()) {
            context.next();
            return;
        }
        Refusal.answer(
                context,
                new ProblemException(
                        ProblemType.TOO_LARGE,
                        "the body has " + length.get() + " bytes, at most " + limit + " are accepted (" + KEY + ")"));
    }
}
