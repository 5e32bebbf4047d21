package dev.slicer.service.http;

import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Headers of every answer of every port, errors too, so that a browser does nothing with it but what is meant. A page that may do
 * more has a policy of its own in {@code quarkus.http.filter}, which is there before and stays.
 */
@Singleton
class SecurityHeaders {
    /** Before whatever answers. */
    private static final int FIRST = 31_000;

    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    /** A year, in seconds. Other names of the domain are not ours to bind. */
    private static final String HTTPS_FROM_NOW_ON = "max-age=31536000";

    void onTheApi(@Observes Filters filters) {
        filters.register(SecurityHeaders::beforeAll, FIRST);
    }

    void onManagement(@Observes ManagementInterface management) {
        management.router().route().order(-FIRST).handler(SecurityHeaders::beforeAll);
    }

    private static void beforeAll(RoutingContext context) {
        addTo(context);
        context.next();
    }

    /** Where they are not there already. */
    static void addTo(RoutingContext context) {
        MultiMap headers = context.response().headers();
        ALWAYS.forEach((name, value) -> {
            if (!headers.contains(name)) {
                headers.set(name, value);
            }
        });
        // Also where a proxy that is believed (quarkus.http.proxy) has ended TLS.
        if ("https".equals(context.request().scheme())) {
            headers.set("Strict-Transport-Security", HTTPS_FROM_NOW_ON);
        }
    }
}
