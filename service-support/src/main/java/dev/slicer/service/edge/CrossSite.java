package dev.slicer.service.edge;

import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.http.Refusal;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses what a page of another site makes a visitor's browser send: it would come from the visitor's own machine, past whatever
 * keeps strangers out. Browsers say where such a request comes from; those that are too old to say send none without asking first
 * but with the content types of forms, or with none.
 */
@Singleton
class CrossSite {
    /** Before a body is read or a caller looked up, behind what makes headers readable. */
    private static final int PRIORITY = 15_000;

    private static final Set<HttpMethod> READING =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE);
    private static final Set<String> OWN = Set.of("same-origin", "none");
    private static final Set<String> OF_FORMS =
            Set.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");

    private final List<String> allowed;
    private final RefusedRequests refused;

    /** @param allowed origins whose pages the operator lets in already */
    @Inject
    CrossSite(
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> allowed,
            RefusedRequests refused) {
        this.allowed = allowed.orElse(List.of());
        this.refused = refused;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (READING.contains(request.method())) {
            context.next();
        } else if (isForeign(request)) {
            refused.count(RefusedRequests.Reason.CROSS_SITE);
            Refusal.answer(
                    context,
                    new ProblemException(
                            ProblemType.CROSS_SITE,
                            "a page of " + origin(request).orElse("another site")
                                    + " sent this; pages of other origins may "
                                    + "only read, unless quarkus.http.cors.origins names them"));
        } else if (request.method() == HttpMethod.POST && couldBeAForm(request)) {
            refused.count(RefusedRequests.Reason.CONTENT_TYPE);
            Refusal.answer(context, new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE, formDetail(request)));
        } else {
            context.next();
        }
    }

    private boolean isForeign(HttpServerRequest request) {
        Optional<String> origin = origin(request);
        if (origin.filter(allowed::contains).isPresent()) {
            return false;
        }
        return Optional.ofNullable(request.getHeader("Sec-Fetch-Site"))
                .map(site -> !OWN.contains(site))
                .or(() -> origin.map(from -> !isOwn(from, request)))
                .orElse(false);
    }

    private static Optional<String> origin(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader(HttpHeaders.ORIGIN));
    }

    /** By name and port alone: whoever ended TLS on the way need not have said so. */
    private static boolean isOwn(String origin, HttpServerRequest request) {
        HostAndPort asked = request.authority();
        if (asked == null) {
            return false;
        }
        try {
            URI from = URI.create(origin);
            int usual = "https".equals(from.getScheme()) ? 443 : 80;
            return from.getHost() != null
                    && from.getHost().equalsIgnoreCase(asked.host())
                    && orElse(from.getPort(), usual) == orElse(asked.port(), usual);
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    private static int orElse(int port, int usual) {
        return port < 0 ? usual : port;
    }

    private static boolean couldBeAForm(HttpServerRequest request) {
        List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
        return types.isEmpty()
                || types.stream()
                        .map(type -> type.split("[;,]", 2)[0].strip().toLowerCase(Locale.ROOT))
                        .anyMatch(OF_FORMS::contains);
    }

    private static String formDetail(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE))
                        .map(type -> "a POST with Content-Type: " + type)
                        .orElse("a POST without Content-Type")
                + " is what a form on any site can send, and is not taken; send Content-Type: application/json, without a "
                + "body too";
    }
}
