package dev.slicer.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.service.testing.BadRequests;
import dev.slicer.service.testing.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = BrokerResource.class,
        initArgs = @ResourceArg(name = "slicer.trainer.work-folder", value = "target/work"))
class BadRequestsTest {
    @TestHTTPResource("/")
    URI service;

    @Test
    void shouldRefuseWhatMakesNoSenseInTheWordsOfTheOneWhoAsks() throws IOException {
        // When: each request has a value that makes no sense beside the one that is exchanged, so none becomes a job
        int refused = BadRequests.sendAll(service, Map.of("/v1/training-jobs", """
                        {"jobId": "a", "baseModel": "b", "train": ["sample:en.train"], "labelMap": {"GPE": "LOC"},
                         "types": ["PER"], "hyperparameters": {"h": 8, "classifier": "frozen", "learningRate": 2e-5,
                         "batchSize": 8, "dropout": 0.1, "seed": 1, "wordUpdates": "lazy"}, "snapshots": "epoch",
                         "averageLast": 1, "benchmark": {"name": "m", "test": {"sw": "c"}}, "attentionOn": ["d"]}""", "/v1/sweeps", """
                        {"name": "a", "baseModel": "b", "sources": {"en": ["c"]}, "h": [2, "standard"],
                         "classifier": ["trained"], "learningRate": [2e-5], "seeds": [1], "hyperparameters": {"maxSteps": 4},
                         "labelMap": {"GPE": "LOC"}, "types": ["PER"], "snapshots": "epoch", "averageLast": 1,
                         "benchmark": {"name": "m", "test": {"sw": "d"}}, "attentionOn": ["f"]}"""));

        // Then
        assertThat(refused).isGreaterThan(1_000);
    }
}
