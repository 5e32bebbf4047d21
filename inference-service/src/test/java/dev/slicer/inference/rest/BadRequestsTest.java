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
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
