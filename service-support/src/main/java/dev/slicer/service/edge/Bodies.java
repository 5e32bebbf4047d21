package dev.slicer.service.edge;

import dev.slicer.service.edge.RefusedRequests.Reason;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.http.Refusal;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reads the bodies of requests, so that a resource gets a whole one: nobody's thread waits for a caller who sends slowly, and each
 * byte is counted before it is kept. Streams of lines are read elsewhere; they have no end.
 */
@Singleton
class Bodies {
    private static final String LIMIT = "quarkus.http.limits.max-body-size";
    /** Behind the limits of a client and the streams of lines, before the resources. */
    private static final int PRIORITY = 50;

    /** Of a heap; what a body becomes in memory takes several times its size. */
    private static final int SHARE_OF_HEAP = 8;

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final String READ = Bodies.class.getName();

    private final Vertx vertx;
    private final Duration stalled;
    private final RefusedRequests refused;
    private final long longest;
    private final Room room;

    @Inject
    Bodies(
            Vertx vertx,
            LimitsConfig limits,
            RefusedRequests refused,
            @ConfigProperty(name = LIMIT) Optional<MemorySize> longest) {
        this.vertx = vertx;
        this.stalled = limits.stalled();
        this.refused = refused;
        this.longest = longest.map(MemorySize::asLongValue).orElse(Long.MAX_VALUE / 2);
        this.room = new Room(limits.bodies()
                .map(MemorySize::asLongValue)
                .orElseGet(() -> Math.max(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP, 2 * this.longest)));
    }

    void register(@Observes Filters filters) {
        filters.register(this::read, PRIORITY);
    }

    /** Hands the body of a request over, once. */
    static Optional<Buffer> take(RoutingContext context) {
        return Optional.ofNullable(context.remove(READ));
    }

    private void read(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Long> announced = Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_LENGTH))
                .map(Long::valueOf);
        if (request.isEnded() || Refusal.hasNoBody(request)) {
            context.next();
        } else if (announced.filter(bytes -> bytes > longest).isPresent()) {
            refused.count(Reason.BODY_SIZE);
            Refusal.answer(context, tooLong("has " + announced.get() + " bytes"));
        } else {
            new Reading(context).start();
        }
    }

    private ProblemException tooLong(String what) {
        return new ProblemException(
                ProblemType.TOO_LARGE, "the body " + what + ", at most " + longest + " are accepted (" + LIMIT + ")");
    }

    /** One body; all on its request's event loop. */
    private final class Reading {
        private final RoutingContext context;
        private final HttpServerRequest request;
        private final Client client;
        private final Buffer body = Buffer.buffer();
        private long watch;
        private int seen;
        private boolean over;

        Reading(RoutingContext context) {
            this.context = context;
            this.request = context.request();
            this.client = Client.of(context);
        }

        void start() {
            watch = vertx.setPeriodic(stalled.toMillis(), check -> requireProgress());
            context.addEndHandler(end -> {
                stop();
                room.give(client, body.length());
            });
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                context.response().writeContinue();
            }
            request.handler(this::add)
                    .endHandler(end -> whole())
                    .exceptionHandler(broken -> stop())
                    .resume();
        }

        private void add(Buffer bytes) {
            if (over) {
                return;
            }
            if (body.length() + (long) bytes.length() > longest) {
                refuse(Reason.BODY_SIZE, tooLong("has more bytes than announced"));
                return;
            }
            switch (room.take(client, bytes.length())) {
                case TAKEN -> body.appendBuffer(bytes);
                case CLIENT_HAS_TOO_MUCH ->
                    refuse(
                            Reason.BODY_MEMORY,
                            new ProblemException(
                                    ProblemType.TOO_MANY_REQUESTS,
                                    "the bodies of your requests fill your share of the memory for bodies "
                                            + "(slicer.limits.bodies); send fewer at once",
                                    RETRY));
                case FULL ->
                    refuse(
                            Reason.BODY_MEMORY,
                            new ProblemException(
                                    ProblemType.UNAVAILABLE,
                                    "the memory for bodies is full (slicer.limits.bodies)",
                                    RETRY));
            }
        }

        private void whole() {
            if (!over) {
                stop();
                context.put(READ, body);
                context.next();
            }
        }

        private void requireProgress() {
            if (!over && body.length() - seen < Progress.LEAST_BYTES) {
                refuse(
                        Reason.SLOW_BODY,
                        new ProblemException(
                                ProblemType.TOO_SLOW,
                                "less than " + Progress.LEAST_BYTES + " bytes of the body came within "
                                        + stalled.toMillis() / 1000.0 + " s (slicer.limits.stalled)"));
            }
            seen = body.length();
        }

        private void refuse(Reason reason, ProblemException problem) {
            stop();
            refused.count(reason);
            Refusal.answer(context, problem);
        }

        private void stop() {
            over = true;
            vertx.cancelTimer(watch);
        }
    }
}
