package dev.slicer.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.Answers.Answer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final Duration WORK = Duration.ofMillis(50);

    private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> clients = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private Load load;

    /** A server that takes 50 ms for a request, one after the other. */
    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 1000);
        server.setExecutor(Executors.newSingleThreadExecutor());
        server.createContext("/v1/tag", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes()));
            clients.addAll(exchange.getRequestHeaders().getOrDefault("X-Forwarded-For", List.of()));
            InferenceServer.pause(WORK);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        load = new Load(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), List.of("one", "two"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldCountTheWaitInAServerThatFallsBehindWhenRequestsComeAtARate() {
        // When 30 requests come at twice the rate that it can bear
        Answers answers = load.atRate(40, Load.times(30));

        // Then the last of them has waited for half of the others
        assertThat(answers.count(Answer::accepted)).isEqualTo(30);
        assertThat(answers.percentile(1).orElseThrow()).isGreaterThan(5 * WORK.toMillis());
    }

    @Test
    void shouldAskForTheClientThatIsNamed() {
        // When
        new Load(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), List.of("one"), "192.0.2.1")
                .closedLoop(1, Load.times(2));

        // Then
        assertThat(clients).containsExactly("192.0.2.1", "192.0.2.1");
    }

    @Test
    void shouldSendTheNextRequestAfterTheAnswerWhenTheLoopIsClosed() {
        // When
        Answers answers = load.closedLoop(1, Load.times(4));

        // Then
        assertThat(bodies)
                .containsExactly(
                        "{\"text\":\"one\"}", "{\"text\":\"two\"}", "{\"text\":\"one\"}", "{\"text\":\"two\"}");
        assertThat(answers.all())
                .hasSize(4)
                .allSatisfy(answer -> assertThat(answer.latency()).isGreaterThanOrEqualTo(WORK.minusMillis(1)));
    }

    @Test
    void shouldCountARequestWithoutAnswerAsFailed() {
        // Given
        server.stop(0);

        // When
        Answers answers = load.closedLoop(1, Load.times(1));

        // Then
        assertThat(answers.count(Answer::failed)).isEqualTo(1);
    }
}
