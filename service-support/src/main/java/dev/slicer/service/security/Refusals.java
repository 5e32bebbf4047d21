package dev.slicer.service.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;

/** Tells those who are refused how to ask, and the audit log of them and of whatever changed something. */
@Singleton
class Refusals {
    static final String CHALLENGE_HEADER = "WWW-Authenticate";
    static final String CHALLENGE = "Bearer realm=\"slicer\"";

    /** Before whatever could refuse. */
    private static final int FIRST = 30_000;

    private static final int UNAUTHENTICATED = 401;
    private static final int FORBIDDEN = 403;
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final AuditLog log;

    Refusals(AuditLog log) {
        this.log = log;
    }

    void register(@Observes Filters filters) {
        filters.register(this::watch, FIRST);
    }

    private void watch(RoutingContext request) {
        request.addHeadersEndHandler(head -> {
            if (request.response().getStatusCode() == UNAUTHENTICATED) {
                request.response().putHeader(CHALLENGE_HEADER, CHALLENGE);
            }
        });
        request.addEndHandler(end -> {
            int status = request.response().getStatusCode();
            if (status == UNAUTHENTICATED || status == FORBIDDEN) {
                log.refused(request, status);
            } else if (!READING.contains(request.request().method()) && ChangesState.of(request)) {
                log.changed(request, status);
            }
        });
        request.next();
    }
}
