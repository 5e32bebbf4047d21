package dev.slicer.inference.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.files.ModelFiles;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
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
}
