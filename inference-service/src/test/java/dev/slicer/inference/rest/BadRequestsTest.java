package dev.slicer.inference.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.fuzzing.Fuzz;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.ServedProfile;
import dev.slicer.service.testing.BadRequests;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(ServedProfile.class)
class BadRequestsTest {
    @Inject
    ServingModel models;

    @TestHTTPResource("/")
    URI service;

    @Test
    void shouldRefuseWhatMakesNoSenseInTheWordsOfTheOneWhoAsks() throws IOException {
        // Given
        models.load("asked", () -> ModelFiles.in(Path.of("asked")));

        // When
        int refused = BadRequests.sendAll(
                service, Map.of("/v1/tag", """
                        {"documents": [{"id": "a", "text": "b", "language": "sw", "words": [[0, 1]]}],
                         "options": {"aggregation": "max", "decoder": "greedy", "minScore": 0.5, "labels": ["PER"]}}""", "/models/{model}", """
                        {"inputs": ["a"], "options": {"use_cache": true, "wait_for_model": false},
                         "parameters": {"aggregation_strategy": "max", "ignore_labels": ["O"], "stride": 16}}""", "/v2/models/{model}/infer", """
                        {"id": "1", "outputs": [{"name": "entities", "parameters": {"binary_data": false}}],
                         "inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"],
                                     "parameters": {"content_type": "str"}}],
                         "parameters": {"aggregation": "max", "decoder": "greedy", "min_score": 0.5, "labels": ["PER"]}}"""));

        // Then
        assertThat(refused).isGreaterThan(1_000);
    }

    /** A page on the web can have its own name lead to this machine. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 200",
        "LOCALHOST:8082, 200",
        "[::1]:1, 200",
        "rebound.example.org, 403",
        "127.0.0.1.example.org, 403"
    })
    void shouldAnswerToNamesOfThisMachineAloneWhereNobodyIsAskedWhoTheyAre(String name, int status) throws IOException {
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            // When
            socket.getOutputStream()
                    .write(("GET /v1/models HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            // Then
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 " + status + " ");
        }
    }

    /** Of each protocol and of streams some hundreds, over the wire. */
    @ParameterizedTest
    @CsvSource({
        "/v1/tag, application/json",
        "/v1/tag, application/x-ndjson",
        "/models/slicer, application/json",
        "/v2/models/slicer/infer, application/json"
    })
    void shouldFailOnNoBytesWhatever(String path, String type) throws Exception {
        // Given
        models.load("asked", () -> ModelFiles.in(Path.of("asked")));
        List<byte[]> bodies = List.of(
                "{\"text\":\"a b\",\"language\":\"sw\",\"words\":[[0,1]],\"options\":{\"labels\":[\"PER\"]}}\n{\"text\":\"b\"}\n"
                        .getBytes(StandardCharsets.UTF_8),
                "{\"inputs\":[\"a\"],\"parameters\":{\"aggregation_strategy\":\"max\"}}"
                        .getBytes(StandardCharsets.UTF_8),
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\"]}]}"
                        .getBytes(StandardCharsets.UTF_8));
        Supplier<byte[]> inputs = Fuzz.inputs(14, bodies);
        HttpClient client = HttpClient.newHttpClient();

        // When and then
        for (int i = 0; i < 300; i++) {
            byte[] body = inputs.get();
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(service.resolve(path))
                            .header("Content-Type", type)
                            .timeout(Duration.ofSeconds(5))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode() < 500 || response.statusCode() == 503)
                    .as("%s is the answer to input %s: %s", response.statusCode(), i, response.body())
                    .isTrue();
            assertThat(response.body()).doesNotContain("internal-error");
        }
    }
}
