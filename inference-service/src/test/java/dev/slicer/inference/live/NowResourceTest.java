package dev.slicer.inference.live;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.inference.tagging.Source;
import dev.slicer.inference.testing.ServedProfile;
import dev.slicer.text.Document;
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
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@TestProfile(ServedProfile.class)
class NowResourceTest {
    @Inject
    TagFeed feed;

    @Inject
    ObjectMapper json;

    @TestHTTPResource("/v1/stream")
    URI address;

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
        await("the reader to be forgotten").until(() -> feed.watchers() == before);
    }

    @Test
    @Timeout(60)
    void shouldNotWaitForAReaderWhoDoesNotRead() throws IOException {
        // Given: somebody who opens the stream and never looks at it
        int before = feed.watchers();
        long documents = feed.documents();
        try (Socket socket = connect()) {
            assertThat(socket.isConnected()).isTrue();
            await("the stream to begin").until(() -> feed.watchers() == before + 1);

            // When
            List<TaggedDocument> many = Collections.nCopies(
                    10_000, new TaggedDocument(Document.of("1", "x"), List.of(), List.of(), List.of()));
            for (int i = 0; i < 100; i++) {
                feed.add(Source.KAFKA, many);
            }

            // Then: nothing has waited for the reader, who is still there
            assertThat(feed.documents()).isEqualTo(documents + 1_000_000);
            assertThat(feed.watchers()).isEqualTo(before + 1);
        }
        await("the reader to be forgotten").until(() -> feed.watchers() == before);
    }

    @Test
    @Timeout(60)
    void shouldShowAWatcherWhatIsTaggedSinceItCameAndNothingFromBefore() throws IOException {
        // Given: somebody watches, sees something and goes
        int before = feed.watchers();
        try (Socket first = connect()) {
            await("the first to watch").until(() -> feed.watchers() == before + 1);
            assertThat(sampledWhileTagging("secret", first)).containsOnly("secret");
        }
        await("the first to be forgotten").until(() -> feed.watchers() == before);
        feed.add(Source.REST, List.of(tagged("unseen")));

        // When
        try (Socket second = connect();
                Socket third = connect()) {
            await("two to watch").until(() -> feed.watchers() == before + 2);

            // Then
            assertThat(sampledWhileTagging("news", second)).containsOnly("news");
            assertThat(sampledWhileTagging("news", third)).containsOnly("news");
        }
        await("all to be forgotten").until(() -> feed.watchers() == before);
    }

    /** The texts of the first sample that is not empty; what is tagged may be more than the sample takes just then. */
    private List<String> sampledWhileTagging(String text, Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        List<String> texts = new ArrayList<>();
        while (texts.isEmpty()) {
            feed.add(Source.REST, List.of(tagged(text)));
            String line = in.readLine();
            if (line.startsWith("data:")) {
                json.readTree(line.substring("data:".length()))
                        .path("sample")
                        .forEach(one -> texts.add(one.path("text").asText()));
            }
        }
        return texts;
    }

    private static TaggedDocument tagged(String text) {
        return new TaggedDocument(Document.of("1", text), List.of(), List.of(), List.of());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET /v1/stream HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
