package dev.slicer.service.http;

import dev.slicer.events.EventJson;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** Answers a request with a problem before its body is read. */
public final class Refusal {
    private static final Duration LINGER = Duration.ofSeconds(1);

    private Refusal() {}

    /** Of a request whose end is not read yet. */
    public static boolean hasNoBody(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_2
                && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                && Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_LENGTH))
                        .map(length -> length.equals("0"))
                        .orElse(true);
    }

    public static void answer(RoutingContext caller, ProblemException e) {
        HttpServerRequest request = caller.request();
        // What is no address at all comes past the filters.
        SecurityHeaders.addTo(caller);
        HttpServerResponse response = caller.response()
                .setStatusCode(e.type().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        e.retryAfterSeconds().ifPresent(seconds -> response.putHeader(HttpHeaders.RETRY_AFTER, seconds));
        Buffer problem = Buffer.buffer(EventJson.write(Problem.of(e, Problem.instance(request.path()))));
        if (request.isEnded() || hasNoBody(request)) {
            response.end(problem);
            return;
        }
        Promise<Void> read = Promise.promise();
        request.handler(unread -> {}).endHandler(end -> read.tryComplete()).resume();
        if (request.version() == HttpVersion.HTTP_2) {
            response.end(problem);
            return;
        }
        // Nothing can follow a body that is not read; but a caller who is still sending sees the answer only if the
        // connection is not broken at once.
        response.putHeader(HttpHeaders.CONNECTION, "close").end(problem).onComplete(sent -> {
            caller.vertx().setTimer(LINGER.toMillis(), over -> read.tryComplete());
            read.future().onComplete(over -> request.connection().close());
        });
    }
}
