package dev.slicer.service.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.clients.Answers;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.testing.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClientLimitsTest {
    private static final double PER_SECOND = 10;
    private static final Client GOOD = new Client("good");
    private static final Client HOSTILE = new Client("hostile");

    private final AtomicLong now = new AtomicLong();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ClientLimits limits = new ClientLimits(
            Settings.of(LimitsConfig.class, Map.of("slicer.limits.open-requests", "3")),
            new RefusedRequests(metrics),
            now::get);

    @Test
    void shouldLetASecondsWorthOfRequestsInAndThenOneForEachPartOfASecond() {
        // Given
        for (int i = 0; i < 10; i++) {
            assertThat(openAndClose(HOSTILE)).isEmpty();
        }

        // When / Then
        assertThat(openAndClose(HOSTILE)).hasValueSatisfying(problem -> {
            assertThat(problem.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS);
            assertThat(problem).hasMessage("you send more than 10 requests a second, which is the most");
            assertThat(problem.retryAfterSeconds()).contains("1");
        });
        assertThat(refused("rate")).isEqualTo(1);
        now.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(openAndClose(HOSTILE)).isEmpty();
        assertThat(openAndClose(HOSTILE)).isPresent();
    }

    @Test
    void shouldAllowAKeyWhatItsRateSaysAlsoWhenThatIsChanged() {
        // When
        int before = accepted(2.5);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        int after = accepted(5);

        // Then
        assertThat(before).isEqualTo(2);
        assertThat(after).isEqualTo(5);
        assertThat(limits.open(HOSTILE, 5))
                .hasValueSatisfying(problem ->
                        assertThat(problem).hasMessage("you send more than 5 requests a second, which is the most"));
    }

    @Test
    void shouldNotAllowMoreToWhoTakesTurnsWithKeysOfDifferentRates() {
        // When
        int accepted = 0;
        for (int i = 0; i < 100; i++) {
            if (limits.open(HOSTILE, i % 2 == 0 ? 10 : 5).isEmpty()) {
                limits.close(HOSTILE);
                accepted++;
            }
        }

        // Then
        assertThat(accepted).isBetween(5, 10);
    }

    private int accepted(double perSecond) {
        int accepted = 0;
        while (limits.open(HOSTILE, perSecond).isEmpty()) {
            limits.close(HOSTILE);
            accepted++;
        }
        return accepted;
    }

    @Test
    void shouldNotCountOneClientsRequestsAgainstAnother() {
        // Given
        for (int i = 0; i < 20; i++) {
            openAndClose(HOSTILE);
        }

        // When / Then
        assertThat(openAndClose(GOOD)).isEmpty();
    }

    @Test
    void shouldRefuseARequestWhileAsManyOfItsClientAreOpenAsMayBe() {
        // Given
        for (int i = 0; i < 3; i++) {
            assertThat(limits.open(HOSTILE, PER_SECOND)).isEmpty();
        }

        // When / Then
        assertThat(limits.open(HOSTILE, PER_SECOND))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .hasMessage("3 requests of yours are open, which is the most; wait for their answers"));
        assertThat(refused("open_requests")).isEqualTo(1);
        assertThat(limits.open(GOOD, PER_SECOND)).isEmpty();
        limits.close(HOSTILE);
        assertThat(limits.open(HOSTILE, PER_SECOND)).isEmpty();
    }

    @Test
    void shouldForgetClientsThatAreGoneAndNoOthers() {
        // Given
        openAndClose(GOOD);
        limits.open(HOSTILE, PER_SECOND);
        limits.forgetIdle();
        assertThat(limits.known()).isEqualTo(2);

        // When
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        limits.forgetIdle();

        // Then
        assertThat(limits.known()).isEqualTo(1);
        limits.close(HOSTILE);
        limits.forgetIdle();
        assertThat(limits.known()).isZero();
    }

    @Test
    @Timeout(60)
    void shouldNotCountRequestsOfThoseWhoWentAwayBeforeItWasKnownWhoTheyAre() throws Exception {
        // Given: who they are is known when they are gone, as where a provider is asked
        Vertx vertx = Vertx.vertx();
        try {
            CountDownLatch admitted = new CountDownLatch(3);
            Filters filters = new Filters();
            limits.register(filters, vertx);
            Router router = Router.router(vertx);
            router.route()
                    .handler(request -> request.addEndHandler(
                            end -> vertx.getOrCreateContext().runOnContext(later -> {
                                request.next();
                                admitted.countDown();
                            })));
            router.route().handler(filters.getFilters().get(0).getHandler());
            router.route().handler(request -> {});
            HttpServer server = Answers.of(vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture());

            // When
            for (int i = 0; i < 3; i++) {
                try (Socket gone = new Socket("127.0.0.1", server.actualPort())) {
                    gone.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
                }
            }
            admitted.await();

            // Then
            assertThat(limits.open(new Client("address 127.0.0.1"), PER_SECOND)).isEmpty();
        } finally {
            Answers.of(vertx.close().toCompletionStage().toCompletableFuture());
        }
    }

    private Optional<ProblemException> openAndClose(Client client) {
        Optional<ProblemException> problem = limits.open(client, PER_SECOND);
        if (problem.isEmpty()) {
            limits.close(client);
        }
        return problem;
    }

    private double refused(String reason) {
        return metrics.get("slicer.http.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }
}
