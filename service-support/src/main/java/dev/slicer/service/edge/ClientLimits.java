package dev.slicer.service.edge;

import dev.slicer.service.edge.RefusedRequests.Reason;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.http.Refusal;
import dev.slicer.service.security.Caller;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Requests and streams of each client, and what they may be. Clients that are gone are forgotten. */
@Singleton
public class ClientLimits {
    /** Behind what finds out who the caller is and whether they may, before what reads a body. */
    private static final int PRIORITY = 90;

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long SWEEP_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final LimitsConfig limits;
    private final RefusedRequests refused;
    private final LongSupplier nanoTime;
    private final Map<Client, Usage> clients = new ConcurrentHashMap<>();
    private final AtomicInteger streams = new AtomicInteger();

    @Inject
    ClientLimits(LimitsConfig limits, RefusedRequests refused) {
        this(limits, refused, System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime} */
    ClientLimits(LimitsConfig limits, RefusedRequests refused, LongSupplier nanoTime) {
        this.limits = limits;
        this.refused = refused;
        this.nanoTime = nanoTime;
    }

    /** Of one client; changed only while the map holds its entry. */
    private static final class Usage {
        private Tokens tokens = new Tokens(0, 0);
        private int requests;
        private int streams;

        /** A key's rate may have been changed, or another key of the client have another one. */
        private void allow(double perSecond, long now) {
            if (tokens.perSecond() != perSecond) {
                tokens = tokens.at(perSecond, now);
            }
        }
    }

    void register(@Observes Filters filters, Vertx vertx) {
        filters.register(this::admit, PRIORITY);
        vertx.setPeriodic(SWEEP_MILLIS, sweep -> forgetIdle());
    }

    private void admit(RoutingContext context) {
        Client client = Client.of(context);
        double perSecond = Caller.of(context)
                .map(Caller::requestsPerSecond)
                .orElse(OptionalDouble.empty())
                .orElse(limits.requestsPerSecond());
        Optional<ProblemException> problem = open(client, perSecond);
        if (problem.isPresent()) {
            Refusal.answer(context, problem.get());
            return;
        }
        whenOver(context, () -> close(client));
        context.next();
    }

    /** On the request's event loop; at once where its caller has gone already, since nothing tells of that later any more. */
    private static void whenOver(RoutingContext context, Runnable action) {
        if (context.response().closed()) {
            action.run();
        } else {
            context.addEndHandler(end -> action.run());
        }
    }

    /** Takes a request of the client in, or says why not. */
    Optional<ProblemException> open(Client client, double perSecond) {
        ProblemException[] problem = new ProblemException[1];
        clients.compute(client, (name, known) -> {
            Usage usage = known == null ? new Usage() : known;
            usage.allow(perSecond, nanoTime.getAsLong());
            if (usage.requests >= limits.openRequests()) {
                problem[0] = refuse(
                        Reason.OPEN_REQUESTS,
                        ProblemType.TOO_MANY_REQUESTS,
                        usage.requests + " requests of yours are open, which is the most; wait for their answers");
            } else if (!usage.tokens.take(nanoTime.getAsLong())) {
                problem[0] = refuse(
                        Reason.RATE,
                        ProblemType.TOO_MANY_REQUESTS,
                        "you send more than " + plain(perSecond) + " requests a second, which is the most");
            } else {
                usage.requests++;
            }
            return usage;
        });
        return Optional.ofNullable(problem[0]);
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    void close(Client client) {
        clients.computeIfPresent(client, (name, usage) -> {
            usage.requests--;
            return usage;
        });
    }

    /**
     * Counts a request as a stream until it ends.
     *
     * @throws ProblemException where there are as many as may be
     */
    public void openStream(RoutingContext context) {
        Client client = Client.of(context);
        if (streams.incrementAndGet() > limits.streams()) {
            streams.decrementAndGet();
            throw refuse(
                    Reason.STREAMS, ProblemType.UNAVAILABLE, limits.streams() + " streams are open, which is the most");
        }
        boolean[] full = new boolean[1];
        clients.compute(client, (name, known) -> {
            Usage usage = known == null ? new Usage() : known;
            full[0] = usage.streams >= limits.streamsPerClient();
            usage.streams += full[0] ? 0 : 1;
            return usage;
        });
        if (full[0]) {
            streams.decrementAndGet();
            throw refuse(
                    Reason.STREAMS,
                    ProblemType.TOO_MANY_REQUESTS,
                    limits.streamsPerClient() + " streams of yours are open, which is the most");
        }
        whenOver(context, () -> {
            streams.decrementAndGet();
            clients.computeIfPresent(client, (name, usage) -> {
                usage.streams--;
                return usage;
            });
        });
    }

    /** How long a stream may stand still because of its caller. */
    public Duration stalled() {
        return limits.stalled();
    }

    /** What the caller of a stream is told that is cut off as nothing came. */
    public ProblemException slowStream() {
        refused.count(Reason.SLOW_BODY);
        return new ProblemException(
                ProblemType.TOO_SLOW,
                "nothing came for " + limits.stalled().toMillis() / 1000.0
                        + " s (slicer.limits.stalled); a blank line says that you are there");
    }

    private ProblemException refuse(Reason reason, ProblemType type, String detail) {
        refused.count(reason);
        return new ProblemException(type, detail, RETRY);
    }

    void forgetIdle() {
        long now = nanoTime.getAsLong();
        for (Client client : clients.keySet()) {
            clients.computeIfPresent(
                    client,
                    (name, usage) ->
                            usage.requests == 0 && usage.streams == 0 && usage.tokens.areAllBack(now) ? null : usage);
        }
    }

    int known() {
        return clients.size();
    }
}
