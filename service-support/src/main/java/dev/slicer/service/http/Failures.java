package dev.slicer.service.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Answers what fails before a resource is reached, or beside all of them, with a problem instead of the HTTP layer's page. */
@Singleton
class Failures {
    /** The first handler of failures is the one that is asked. */
    private static final int FIRST = -30_000;

    void register(@Observes Router router) {
        router.route().order(FIRST).failureHandler(Failures::answer);
    }

    private static void answer(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.headWritten() || response.closed()) {
            // A caller who reads half an answer must not take it for a whole one.
            context.request().connection().close();
            return;
        }
        Refusal.answer(context, problem(context));
    }

    private static ProblemException problem(RoutingContext context) {
        if (context.failure() instanceof SecurityException) {
            return Incident.problem(context.failure(), "request");
        }
        int status = context.failure() instanceof HttpException http ? http.getStatusCode() : context.statusCode();
        if (status >= 400 && status < 500) {
            ProblemType type = ProblemType.ofStatus(status);
            return new ProblemException(
                    type,
                    type == ProblemType.NOT_FOUND
                            ? "there is no " + context.request().path()
                            : "the request line, a header or a parameter makes no sense");
        }
        return Incident.problem(
                context.failure(), "request to " + context.request().path());
    }
}
