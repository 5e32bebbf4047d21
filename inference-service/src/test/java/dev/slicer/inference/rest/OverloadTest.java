package dev.slicer.inference.rest;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.Hold;
import dev.slicer.inference.testing.ServedProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is asked more than it can do, or for longer than anybody waits. */
@QuarkusTest
@TestProfile(ServedProfile.class)
class OverloadTest {
    private static final String FILLS_THE_QUEUE = "x".repeat(ServedProfile.MAX_QUEUED_TOKENS);

    @Inject
    ServingModel models;

    @Inject
    BatchingQueue queue;

    @Inject
    ObjectMapper json;

    @TestHTTPResource("/v1/tag")
    URI address;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Hold hold;

    @BeforeEach
    void load() {
        models.load("overload", () -> ModelFiles.in(Path.of("overload")));
        hold = Hold.begin();
    }

    @AfterEach
    void release() {
        hold.close();
    }

    /** 429 instead of an endless queue. */
    @Test
    void shouldRefuseEachRequestBeyondTheOneQueueWith429AndRetryAfter() throws Exception {
        // Given: the engine is busy and the queue is full
        CompletableFuture<HttpResponse<String>> computed = send("hold the engine");
        hold.awaitReached();
        CompletableFuture<HttpResponse<String>> queued = send(FILLS_THE_QUEUE);
        await("the queue to be full").until(() -> queue.queuedTokens(Lane.INTERACTIVE) == 200);

        // When
        List<CompletableFuture<HttpResponse<String>>> refused = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            refused.add(send("one more"));
        }

        // Then: all of them at once, whatever the shape of the request
        for (CompletableFuture<HttpResponse<String>> one : refused) {
            HttpResponse<String> answer = one.join();
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isPositive();
            JsonNode problem = json.readTree(answer.body());
            assertThat(problem.path("type").asText()).isEqualTo("urn:dev.slicer:problem:queue-full");
            assertThat(problem.path("detail").asText()).startsWith("200 sub-tokens wait to be tagged");
        }
        given().contentType("application/json")
                .body(Map.of("inputs", "one more"))
                .post("/models/slicer")
                .then()
                .statusCode(429)
                .header("Retry-After", "1");
        assertThat(queue.queuedTokens(Lane.INTERACTIVE)).isEqualTo(200);

        // When / Then: those that were accepted are answered
        hold.close();
        assertThat(computed.join().statusCode()).isEqualTo(200);
        assertThat(queued.join().statusCode()).isEqualTo(200);
    }

    @Test
    void shouldAnswer504AndDropTheWorkWhenTheRequestsTimeIsOver() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> computed = send("hold the engine");
        hold.awaitReached();

        // When
        HttpResponse<String> late =
                send("nobody waits for this", "Request-Timeout", "0.2").join();

        // Then
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(json.readTree(late.body()).path("detail").asText())
                .isEqualTo("there was no answer within 0.2 s; the work is not done any more");
        assertThat(queue.queuedTokens(Lane.INTERACTIVE)).isZero();
        hold.close();
        assertThat(computed.join().statusCode()).isEqualTo(200);
        assertThat(send("after it").join().statusCode()).isEqualTo(200);
        assertThat(Hold.computed("after it")).isTrue();
        assertThat(Hold.computed("nobody waits for this")).isFalse();
    }

    @Test
    void shouldDropTheWorkWhenTheCallerGoesAway() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> computed = send("hold the engine");
        hold.awaitReached();

        // When: a caller closes the connection while its text waits
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            byte[] body = "{\"text\":\"the caller left\"}".getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(head(body.length));
            socket.getOutputStream().write(body);
            await("the text to wait").until(() -> queue.queuedTokens(Lane.INTERACTIVE) > 0);
        }

        // Then
        await("the text to be taken back").until(() -> queue.queuedTokens(Lane.INTERACTIVE) == 0);
        hold.close();
        assertThat(computed.join().statusCode()).isEqualTo(200);
        assertThat(send("after that").join().statusCode()).isEqualTo(200);
        assertThat(Hold.computed("the caller left")).isFalse();
    }

    @Test
    void shouldSayWhatIsWrongWithTheTimeout() throws IOException {
        // When / Then
        for (String seconds : List.of("soon", "0", "-1", "NaN")) {
            HttpResponse<String> answer = send("a", "Request-Timeout", seconds).join();
            assertThat(answer.statusCode()).as(seconds).isEqualTo(400);
            assertThat(json.readTree(answer.body()).path("detail").asText())
                    .isEqualTo("Request-Timeout must be seconds, more than 0, got \"" + seconds + "\"");
        }
    }

    private byte[] head(int length) {
        return List.of(
                        "POST /v1/tag HTTP/1.1",
                        "Host: " + address.getAuthority(),
                        "Content-Type: application/json",
                        "Content-Length: " + length,
                        "",
                        "")
                .stream()
                .collect(Collectors.joining("\r\n"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private CompletableFuture<HttpResponse<String>> send(String text, String... headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(Map.of("text", text))));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }
}
