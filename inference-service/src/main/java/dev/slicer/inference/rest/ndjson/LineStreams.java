package dev.slicer.inference.rest.ndjson;

import dev.slicer.access.Role;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.rest.RequestOptions;
import dev.slicer.inference.rest.RequestTagging;
import dev.slicer.inference.rest.RequestTimeout;
import dev.slicer.inference.rest.tag.TagResource;
import dev.slicer.service.edge.ClientLimits;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.http.Refusal;
import dev.slicer.service.security.Caller;
import dev.slicer.tagging.TaggingOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * {@code POST /v1/tag} with a document on each line. It is a route of its own because the resources' layer would count
 * the body against the limit of a request: a stream has no end that could be known, and is never held whole.
 */
@Singleton
public class LineStreams {
    /** Behind what finds out who the caller is and what they may, and before what reads bodies and limits their size. */
    private static final int BEFORE_BODIES = -60;

    private final RequestTagging tagging;
    private final InferenceConfig config;
    private final ClientLimits limits;

    @Inject
    LineStreams(RequestTagging tagging, InferenceConfig config, ClientLimits limits) {
        this.tagging = tagging;
        this.config = config;
        this.limits = limits;
    }

    void register(@Observes Router router) {
        router.post("/v1/tag").order(BEFORE_BODIES).consumes(TagResource.NDJSON).handler(this::answer);
    }

    private void answer(RoutingContext caller) {
        TaggingOptions options;
        Duration limit;
        try {
            Caller.require(caller, Role.TAG);
            tagging.serving();
            options = RequestOptions.ofQuery(caller.queryParams());
            limit = RequestTimeout.of(caller.request(), config.requestTimeout());
            limits.openStream(caller);
        } catch (ProblemException e) {
            Refusal.answer(caller, e);
            return;
        }
        new LineExchange(caller, tagging, options, limit, config, limits).start();
    }

    /** A text's UTF-16 unit takes six bytes when it is escaped, and its word's offsets beside it no more than ten. */
    static int maxLineBytes(InferenceConfig config) {
        return (int) Math.min(Integer.MAX_VALUE - 8, 64 * 1024 + 16L * config.maxTextLength());
    }

    static ProblemException tooLong(InferenceConfig config) {
        return new ProblemException(ProblemType.TOO_LARGE, "the line has more than " + maxLineBytes(config) + " bytes");
    }
}
