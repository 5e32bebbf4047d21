package dev.slicer.inference.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.inference.testing.ServedProfile;
import dev.slicer.service.testing.Eventually;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ServedProfile.class)
class TagFeedTest {
    @Inject
    TagFeed feed;

    @Inject
    ObjectMapper json;

    @TestHTTPResource("/v1/stream")
    URI address;

    @Test
    void shouldKeepASampleAndOnlyWhileSomebodyWatches() {
        // Given
        feed.tagged("kafka", documents(3));

        try (TagFeed.Watcher watcher = feed.watch()) {
            // When
            feed.tagged("kafka", documents(1_000_000));

            // Then
            assertThat(watcher.news()).hasSizeBetween(1, 8);
            assertThat(watcher.news()).isEmpty();
        }
        try (TagFeed.Watcher next = feed.watch()) {
            assertThat(next.news()).isEmpty();
        }
    }

    @Test
    void shouldCutLongTextsWithinNoCharacterAndNoEntity() {
        // Given
        String trees = "🌳".repeat(200);
        String before = "x".repeat(275);

        try (TagFeed.Watcher watcher = feed.watch()) {
            // When
            sleep(600);
            feed.tagged("rest", List.of(tagged("x" + trees, List.of())));
            feed.tagged("rest", List.of(tagged(before + "Maathai" + before, List.of(entity(275, 282)))));
            feed.tagged("rest", List.of(tagged(before + "Maathai" + before, List.of(entity(0, 3)))));

            // Then
            List<TagFeed.Sampled> news = watcher.news();
            assertThat(news.get(0).text()).contains("x" + "🌳".repeat(139));
            assertThat(news.get(1).text()).contains(before);
            assertThat(news.get(1).entities().orElseThrow()).isEmpty();
            assertThat(news.get(1).types()).containsEntry("PER", 1);
            assertThat(news.get(2).entities().orElseThrow()).hasSize(1);
        }
    }

    @Test
    void shouldTellEverySecondAndStopWhenTheReaderGoesAway() throws IOException {
        // Given
        int before = feed.watchers();
        try (Socket socket = connect()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

            // When
            List<JsonNode> told = new ArrayList<>();
            while (told.size() < 2) {
                String line = in.readLine();
                if (line.startsWith("data:")) {
                    told.add(json.readTree(line.substring("data:".length())));
                }
            }

            // Then
            assertThat(told).allSatisfy(now -> {
                assertThat(now.path("documents").isIntegralNumber()).isTrue();
                assertThat(now.path("documentsPerSecond").isNumber()).isTrue();
                assertThat(now.path("texts").asBoolean()).isTrue();
                assertThat(now.path("sample").isArray()).isTrue();
            });
            assertThat(feed.watchers()).isEqualTo(before + 1);
        }
        Eventually.holds("the reader to be forgotten", () -> feed.watchers() == before);
    }

    @Test
    void shouldNotWaitForAReaderWhoDoesNotRead() throws IOException {
        // Given: somebody who opens the stream and never looks at it
        int before = feed.watchers();
        try (Socket socket = connect()) {
            assertThat(socket.isConnected()).isTrue();
            Eventually.holds("the stream to begin", () -> feed.watchers() == before + 1);

            // When
            List<TaggedDocument> many = documents(10_000);
            long start = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                feed.tagged("kafka", many);
            }

            // Then: a million documents are passed over in no time
            assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
        }
        Eventually.holds("the reader to be forgotten", () -> feed.watchers() == before);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET /v1/stream HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static List<TaggedDocument> documents(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> tagged("document " + i, List.of()))
                .collect(Collectors.toList());
    }

    private static TaggedDocument tagged(String text, List<Entity> entities) {
        return new TaggedDocument(
                new Document("1", text, Optional.of("sw"), List.of()), List.of(), List.of(), entities);
    }

    private static Entity entity(int start, int end) {
        return new Entity("PER", "x".repeat(end - start), start, end, start, end, 0.9);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
