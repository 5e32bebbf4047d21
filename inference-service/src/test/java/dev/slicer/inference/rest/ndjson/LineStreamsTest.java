package dev.slicer.inference.rest.ndjson;

import static dev.slicer.kafka.testing.Patience.await;
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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ServedProfile.class)
class LineStreamsTest {
    @Inject
    ServingModel models;

    @Inject
    BatchingQueue queue;

    @Inject
    ObjectMapper json;

    @TestHTTPResource("/v1/tag")
    URI address;

    private Hold hold;

    @BeforeEach
    void load() {
        models.load("lines", () -> ModelFiles.in(Path.of("lines")));
        hold = Hold.begin();
    }

    @AfterEach
    void release() {
        hold.close();
    }

    /** A request whose body is still being sent while its answer is read; chunked, as its length is not known. */
    private final class Exchange implements AutoCloseable {
        private final Socket socket;
        private final OutputStream out;
        private final BufferedReader in;

        Exchange(String query) throws IOException {
            socket = new Socket(address.getHost(), address.getPort());
            socket.setSoTimeout(20_000);
            out = socket.getOutputStream();
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            out.write(("POST /v1/tag" + query + " HTTP/1.1\r\nHost: " + address.getAuthority()
                            + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }

        void send(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write('\r');
            out.write('\n');
        }

        void end() throws IOException {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }

        /** Past the status, the headers and the chunks' lengths: an answer is what begins like an object. */
        JsonNode next() throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("{")) {
                    return json.readTree(line);
                }
            }
            throw new IOException("the answer ended");
        }

        List<JsonNode> rest() throws IOException {
            List<JsonNode> all = new ArrayList<>();
            for (String line = in.readLine(); !line.equals("0"); line = in.readLine()) {
                if (line.startsWith("{")) {
                    all.add(json.readTree(line));
                }
            }
            return all;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void shouldAnswerLineByLineWhileTheRequestIsStillSent() throws IOException {
        try (Exchange exchange = new Exchange("")) {
            for (int i = 1; i <= 3; i++) {
                // When
                exchange.send("{\"text\":\"Maathai " + i + "\"}\n");

                // Then
                JsonNode answer = exchange.next();
                assertThat(answer.path("id").asText()).isEqualTo(Integer.toString(i));
                assertThat(answer.path("modelId").asText()).isEqualTo("lines");
                assertThat(answer.at("/entities/0/text").asText()).isEqualTo("Maathai");
                assertThat(answer.path("timing").has("queuedMilliseconds")).isTrue();
            }
            exchange.end();
            assertThat(exchange.rest()).isEmpty();
        }
    }

    @Test
    void shouldAnswerABadLineInItsPlaceAndGoOn() throws IOException {
        // When
        List<JsonNode> answers;
        try (Exchange exchange = new Exchange("?min_score=0.95")) {
            exchange.send("{\"id\":\"a\",\"text\":\"Maathai\"}\n{\"text\":\n\n[]\n{\"text\":\"poison\"}\n{\"text\":\""
                    + "x".repeat(2001) + "\"}\n" + "y".repeat(200_000)
                    + "\n{\"id\":\"b\",\"text\":\"Maathai\",\"options\":{\"minScore\":0}}");
            exchange.end();
            answers = exchange.rest();
        }

        // Then
        assertThat(answers).hasSize(7);
        assertThat(answers.get(0).path("id").asText()).isEqualTo("a");
        assertThat(answers.get(0).path("entities")).isEmpty();
        assertProblem(answers.get(1), 400, "not-json", 2);
        assertProblem(answers.get(2), 422, "invalid", 4);
        assertProblem(answers.get(3), 500, "internal-error", 5);
        assertProblem(answers.get(4), 413, "too-large", 6);
        assertProblem(answers.get(5), 413, "too-large", 7);
        assertThat(answers.get(6).path("id").asText()).isEqualTo("b");
        assertThat(answers.get(6).path("entities")).hasSize(1);
    }

    private static void assertProblem(JsonNode answer, int status, String type, int line) {
        assertThat(answer.path("status").asInt()).isEqualTo(status);
        assertThat(answer.path("type").asText()).isEqualTo("urn:dev.slicer:problem:" + type);
        assertThat(answer.path("line").asInt()).isEqualTo(line);
        assertThat(answer.path("detail").asText()).isNotBlank();
        assertThat(answer.path("instance").asText()).isEqualTo("/v1/tag");
    }

    @Test
    void shouldKeepTheOrderOfManyLinesBeyondTheLimitOfABody() throws Exception {
        // Given: 20 times what a request may have
        int lines = 20_000;
        AtomicInteger sent = new AtomicInteger();

        // When
        try (Exchange exchange = new Exchange("")) {
            Thread sender = new Thread(() -> {
                try {
                    for (; sent.get() < lines; sent.incrementAndGet()) {
                        exchange.send("{\"text\":\"document number " + sent.get() + ", and so that it takes room: "
                                + "x".repeat(sent.get() % 30) + "\"}\n");
                    }
                    exchange.end();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            List<JsonNode> answers = exchange.rest();
            sender.join();

            // Then
            assertThat(answers).hasSize(lines);
            for (int i = 0; i < lines; i++) {
                assertThat(answers.get(i).path("id").asText()).isEqualTo(Integer.toString(i + 1));
            }
        }
    }

    @Test
    void shouldStopReadingWhileTheEngineIsBusyAndGoOnAfterwards() throws Exception {
        // Given: lines of 1.9 KB, far more than may wait and the network's buffers hold
        int lines = 20_000;
        String text = "{\"text\":\"" + "x".repeat(1900) + "\"}\n";
        AtomicInteger sent = new AtomicInteger();
        try (Exchange exchange = new Exchange("")) {
            exchange.send("{\"text\":\"hold the engine\"}\n");
            hold.awaitReached();
            Thread sender = new Thread(() -> {
                try {
                    for (; sent.get() < lines; sent.incrementAndGet()) {
                        exchange.send(text);
                    }
                    exchange.end();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });

            // When
            sender.start();
            AtomicInteger before = new AtomicInteger();
            await("the sender to be held up").during(Duration.ofMillis(300)).until(() -> {
                int now = sent.get();
                return before.getAndSet(now) == now && now > 0;
            });

            // Then
            assertThat(sent.get()).isLessThan(lines);
            assertThat(queue.queuedTokens(Lane.BULK)).isLessThan(300 * 1900);
            hold.close();
            assertThat(exchange.rest()).hasSize(lines + 1);
            sender.join();
        }
    }

    @Test
    void shouldDropTheWorkWhenTheCallerGoesAway() throws Exception {
        // Given
        try (Exchange exchange = new Exchange("")) {
            exchange.send("{\"text\":\"hold the engine\"}\n");
            hold.awaitReached();
            exchange.send("{\"text\":\"a line of a caller who left\"}\n");
            await("the line to wait").until(() -> queue.queuedTokens(Lane.BULK) > 0);
        }

        // Then
        await("the line to be taken back").until(() -> queue.queuedTokens(Lane.BULK) == 0);
        hold.close();
        assertThat(Hold.computed("a line of a caller who left")).isFalse();
    }

    @Test
    void shouldRefuseTheStreamWhenItsOptionsMakeNoSense() throws IOException {
        // When
        try (Exchange exchange = new Exchange("?min_scor=1")) {
            // Then
            JsonNode problem = exchange.next();
            assertThat(problem.path("status").asInt()).isEqualTo(422);
            assertThat(problem.path("detail").asText()).startsWith("there is no parameter min_scor;");
        }
    }

    @Test
    void shouldAnswerAClientThatWouldRatherHaveHttp2() throws Exception {
        // Given
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"Maathai\"}\n".repeat(1000)))
                .build();
        http.send(
                HttpRequest.newBuilder(address.resolve("/v1/models")).build(), HttpResponse.BodyHandlers.discarding());

        // When
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.body().lines()).hasSize(1000).allMatch(line -> line.contains("\"PER\""));
    }
}
