package dev.slicer.inference.edge;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.service.testing.Management;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask for too much, or are too slow, and others beside them. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
@Timeout(60)
class LimitsTest {
    private static final AtomicInteger CLIENTS = new AtomicInteger();
    /** In milliseconds, of the machine and not of the service. */
    private static final double PAUSES_OF_A_BUSY_MACHINE = 100;

    private static final String LINES = "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n";

    @Inject
    ServingModel models;

    @TestHTTPResource("/")
    URI service;

    private final String hostile = newClient();
    private final String good = newClient();

    private static String newClient() {
        return "192.0.2." + CLIENTS.incrementAndGet();
    }

    @BeforeEach
    void load() {
        models.load("limits", () -> ModelFiles.in(Path.of("limits")));
    }

    @Test
    void shouldRefuseAFloodOfRequestsOfOneClientAndAnswerTheOther() throws IOException {
        // Given
        double before = refused("rate");
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/v1/models"))
                .header("X-Forwarded-For", hostile)
                .build();

        // When
        List<HttpResponse<String>> answers = Stream.generate(
                        () -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .limit(10 * EdgeProfile.REQUESTS_PER_SECOND)
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        Response other = given().header("X-Forwarded-For", good).get("/v1/models");

        // Then
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).isNotEmpty();
        List<HttpResponse<String>> refused = answers.stream()
                .filter(answer -> answer.body().contains("you send more than 40 requests a second, which is the most"))
                .toList();
        assertThat(refused).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(answer.body()).contains("urn:dev.slicer:problem:too-many-requests");
        });
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(refused("rate") - before).isEqualTo(refused.size());
    }

    /** Most are refused at once, and one within the other would fill the stack. */
    @Test
    void shouldAnswerEveryRequestThatIsSentAheadOnOneConnection() throws IOException {
        // Given
        String request = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: " + hostile + "\r\n";

        // When
        String answers;
        try (RawRequest flood = RawRequest.ofQuickReader(service, hostile, "GET /v1/models", "")) {
            flood.send((request + "\r\n").repeat(1998) + request + "Connection: close\r\n\r\n");
            answers = flood.readAll();
        }

        // Then
        assertThat(answers.split("HTTP/1.1 (200|429) ", -1)).hasSize(1 + 2000);
    }

    @Test
    void shouldCloseTheConnectionOfAClientThatSendsAheadAndDoesNotFetchItsAnswers() throws Exception {
        // Given
        double before = refused("slow_reader");
        String ahead =
                ("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: " + hostile + "\r\n\r\n").repeat(100);

        // When
        try (RawRequest flood = new RawRequest(service, hostile, "GET /v1/models", "")) {

            // Then
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100_000; i++) {
                            flood.send(ahead);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
        assertThat(refused("slow_reader") - before).isEqualTo(1);
        tag(good).then().statusCode(200);
    }

    @Test
    void shouldRefuseABodyThatIsAnnouncedTooLongBeforeItIsSent() throws IOException {
        // When
        try (RawRequest request = new RawRequest(
                service, hostile, "POST /v1/tag", "Content-Type: application/json\r\nContent-Length: 100000000\r\n")) {

            // Then
            assertThat(request.readAll())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("the body has 100000000 bytes, at most 65536 are accepted");
        }
    }

    @Test
    void shouldRefuseABodyOfNoAnnouncedLengthAsSoonAsItIsTooLong() throws IOException {
        // When
        try (RawRequest request = new RawRequest(
                service, hostile, "POST /v1/tag", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n")) {
            for (int i = 0; i < 9; i++) {
                request.sendChunk(" ".repeat(8192));
            }

            // Then
            assertThat(request.readAll())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("urn:dev.slicer:problem:too-large")
                    .contains("at most 65536 are accepted");
        }
    }

    @Test
    void shouldKeepMemoryForTheBodiesOfOthersWhereOneClientSendsMany() throws IOException {
        // Given: most of a body, whose end may still come
        String head = "Content-Type: application/json\r\nContent-Length: ";
        try (RawRequest large = new RawRequest(service, hostile, "POST /v1/tag", head + "65500\r\n");
                RawRequest small = new RawRequest(service, hostile, "POST /v1/tag", head + "2000\r\n")) {
            large.send(" ".repeat(65_000));

            // When: what is too much together is read at once, so that only one of them can be refused for it
            small.send(" ".repeat(1000));
            tag(good).then().statusCode(200);

            // Then: whichever of them was read first waits until it is too slow
            assertThat(List.of(large.readAll(), small.readAll()))
                    .anySatisfy(refused -> assertThat(refused)
                            .startsWith("HTTP/1.1 429 ")
                            .contains("the bodies of your requests fill your share of the memory for bodies")
                            .containsIgnoringCase("Retry-After: 1"))
                    .anySatisfy(slow -> assertThat(slow).startsWith("HTTP/1.1 408 "));
        }
    }

    @Test
    void shouldCutABodyOffThatDoesNotGetOn() throws IOException {
        // Given
        double before = refused("slow_body");
        String head = "Content-Type: application/json\r\nContent-Length: 60000\r\n";

        // When
        try (RawRequest nothing = new RawRequest(service, hostile, "POST /v1/tag", head);
                RawRequest little = new RawRequest(service, hostile, "POST /v1/tag", head)) {
            Thread drip = new Thread(() -> drip(little, " "));
            drip.start();

            // Then
            for (RawRequest slow : List.of(nothing, little)) {
                assertThat(slow.readAll())
                        .startsWith("HTTP/1.1 408 ")
                        .contains("less than 1024 bytes of the body came within 0.5 s (slicer.limits.stalled)");
            }
        }
        assertThat(refused("slow_body") - before).isEqualTo(2);
        tag(good).then().statusCode(200);
    }

    @Test
    void shouldTakeABodyThatIsSentSlowlyButGetsOn() throws Exception {
        // Given
        String body = "{\"text\":\"" + "a ".repeat(900) + "\"" + " ".repeat(20_000) + "}";

        // When
        try (RawRequest request = new RawRequest(
                service,
                good,
                "POST /v1/tag",
                "Content-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n")) {
            for (int at = 0; at < body.length(); at += 2000) {
                request.send(body.substring(at, Math.min(body.length(), at + 2000)));
                Thread.sleep(EdgeProfile.STALLED_MILLIS / 5);
            }

            // Then
            assertThat(request.readAll()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void shouldAskForABodyThatWaitsToBeAskedFor() throws IOException {
        try (RawRequest request = new RawRequest(
                service,
                good,
                "POST /v1/tag",
                "Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 12\r\n")) {
            // When
            request.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
            request.send("{\"text\":\"a\"}");

            // Then
            assertThat(request.readAll()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void shouldLimitStreamsOfAClientAndOfAll() throws IOException {
        await("no stream to be open").until(() -> tagStreamIsOpened(newClient()));
        List<RawRequest> open = new ArrayList<>();
        try {
            // Given: of events, and of lines, one that its caller keeps alive
            open.add(events(hostile));
            open.add(events(good));
            RawRequest lines = lines(hostile);
            open.add(lines);
            new Thread(() -> drip(lines, "1\r\n\n\r\n")).start();

            // When / Then
            RawRequest third = new RawRequest(service, hostile, "POST /v1/tag", LINES);
            open.add(third);
            assertThat(third.readUntil("}")).startsWith("HTTP/1.1 429 ").contains("2 streams of yours are open");
            open.add(events(good));
            RawRequest fifth = new RawRequest(service, newClient(), "GET /v1/stream", "");
            open.add(fifth);
            assertThat(fifth.readUntil("}"))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("4 streams are open, which is the most");
        } finally {
            for (RawRequest request : open) {
                request.close();
            }
        }
        await("the streams to be forgotten").until(() -> tagStreamIsOpened(newClient()));
    }

    @Test
    void shouldEndAStreamOfLinesThatStandsStill() throws IOException {
        try (RawRequest stream = lines(hostile)) {
            stream.sendChunk("{\"text\":\"a\"}\n");
            assertThat(stream.readAll())
                    .contains("\"entities\"")
                    .contains("urn:dev.slicer:problem:too-slow")
                    .contains("nothing came for 0.5 s (slicer.limits.stalled); a blank line says that you are there");
        }
    }

    @Test
    void shouldKeepAStreamOfLinesOpenWhoseCallerSaysThatItIsThere() throws Exception {
        try (RawRequest stream = lines(good)) {
            // When
            for (int i = 0; i < 10; i++) {
                stream.sendChunk("\n");
                Thread.sleep(EdgeProfile.STALLED_MILLIS / 4);
            }
            stream.sendChunk("{\"id\":\"still here\",\"text\":\"a\"}\n");

            // Then
            stream.readUntil("still here");
        }
    }

    @Test
    void shouldCloseTheConnectionOfAClientThatDoesNotFetchItsAnswers() throws Exception {
        // Given
        double before = refused("slow_reader");

        // When: it sends and never reads
        try (RawRequest stream = lines(hostile)) {
            String line = "{\"text\":\"" + "Maathai ".repeat(200) + "\"}\n";
            boolean closed = false;
            for (int i = 0; i < 100_000 && !closed; i++) {
                try {
                    stream.sendChunk(line);
                } catch (SocketException closedByTheService) {
                    closed = true;
                }
            }

            // Then
            assertThat(closed).isTrue();
        }
        assertThat(refused("slow_reader") - before).isEqualTo(1);
        tag(good).then().statusCode(200);
    }

    /** With a model whose passes all take as long, so that what a machine can do does not matter. */
    @Test
    void shouldKeepTheGoodClientsTimesUnderTwiceWhatTheyAreAlone() throws Exception {
        // Given
        models.load("steady", () -> ModelFiles.in(Path.of("steady")));
        timesOf(good, 5);
        List<Double> alone = timesOf(newClient(), 30);
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> attack = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            attack.add(new Thread(() -> whileNot(over, () -> tag(hostile))));
        }
        String slowly = "Content-Type: application/json\r\nContent-Length: 60000\r\n";
        for (int i = 0; i < 4; i++) {
            attack.add(new Thread(() -> whileNot(over, () -> {
                try (RawRequest slow = new RawRequest(service, hostile, "POST /v1/tag", slowly)) {
                    slow.send(" ".repeat(30_000));
                    slow.readAll();
                }
            })));
        }
        attack.add(new Thread(() -> whileNot(over, () -> {
            try (RawRequest stream = new RawRequest(service, hostile, "POST /v1/tag", LINES)) {
                for (int i = 0; i < 200; i++) {
                    stream.sendChunk("{\"text\":\"" + "Maathai ".repeat(200) + "\"}\n");
                }
                Thread.sleep(EdgeProfile.STALLED_MILLIS);
            }
        })));
        double refusedBefore = refused("rate") + refused("body_memory") + refused("slow_body");

        // When
        attack.forEach(Thread::start);
        List<Double> beside;
        try {
            beside = timesOf(newClient(), 30);
        } finally {
            over.set(true);
            for (Thread each : attack) {
                each.join();
            }
        }
        await("the attack's streams to be forgotten").until(() -> areAsManyStreamsOpenedAsMayBe(hostile));

        // Then
        assertThat(refused("rate") + refused("body_memory") + refused("slow_body"))
                .isGreaterThan(refusedBefore);
        // The slowest of 30 says more of the machine than of us; that each waits for one pass at most is shown by
        // counts, in BatchingQueueTest.
        assertThat(beside.get(beside.size() / 2))
                .as("of %s, alone %s", beside, alone)
                .isLessThan(2 * alone.get(alone.size() / 2) + PAUSES_OF_A_BUSY_MACHINE);
    }

    private interface Attack {
        void run() throws Exception;
    }

    private static void whileNot(AtomicBoolean over, Attack attack) {
        while (!over.get()) {
            try {
                attack.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception refusedOrCutOff) {
                // That is what is wanted.
            }
        }
    }

    /** One request after the other, each answered well. @return sorted, in milliseconds */
    private List<Double> timesOf(String client, int requests) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            long start = System.nanoTime();
            tag(client).then().statusCode(200);
            millis.add((System.nanoTime() - start) / 1e6);
        }
        millis.sort(null);
        return millis;
    }

    private RawRequest lines(String client) throws IOException {
        RawRequest stream = new RawRequest(service, client, "POST /v1/tag", LINES);
        stream.sendChunk("{\"id\":\"first\",\"text\":\"a\"}\n");
        stream.readUntil("first");
        return stream;
    }

    private RawRequest events(String client) throws IOException {
        RawRequest stream = new RawRequest(service, client, "GET /v1/stream", "");
        stream.readUntil("data:");
        return stream;
    }

    private boolean tagStreamIsOpened(String client) throws IOException {
        try (RawRequest stream = new RawRequest(service, client, "POST /v1/tag", LINES)) {
            return isOpened(stream);
        }
    }

    /** Then no other stream of the client is open. */
    private boolean areAsManyStreamsOpenedAsMayBe(String client) throws IOException {
        try (RawRequest one = new RawRequest(service, client, "POST /v1/tag", LINES);
                RawRequest other = new RawRequest(service, client, "POST /v1/tag", LINES)) {
            return isOpened(one) && isOpened(other);
        }
    }

    private static boolean isOpened(RawRequest stream) {
        try {
            stream.sendChunk("{\"id\":\"first\",\"text\":\"a\"}\n");
            return stream.readUntil("\r\n").startsWith("HTTP/1.1 200 ");
        } catch (IOException refusedAndClosed) {
            return false;
        }
    }

    private static void drip(RawRequest request, String little) {
        try {
            for (int i = 0; i < 1000; i++) {
                request.send(little);
                Thread.sleep(20);
            }
        } catch (IOException closedByTheService) {
            // That is what is wanted.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Response tag(String client) {
        return given().header("X-Forwarded-For", client)
                .contentType("application/json")
                .body(Map.of("text", "Wangari Maathai"))
                .post("/v1/tag");
    }

    private static double refused(String reason) {
        Matcher counter = Pattern.compile("(?m)^slicer_http_refused_total\\{.*reason=\"" + reason + "\".*} (\\S+)")
                .matcher(when().get(Management.at("/q/metrics")).asString());
        assertThat(counter.find()).as(reason).isTrue();
        return Double.parseDouble(counter.group(1));
    }
}
