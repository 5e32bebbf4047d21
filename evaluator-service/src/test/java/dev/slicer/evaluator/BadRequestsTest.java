package dev.slicer.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.service.testing.BadRequests;
import dev.slicer.service.testing.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class BadRequestsTest {
    @TestHTTPResource("/")
    URI service;

    @Test
    void shouldRefuseWhatMakesNoSenseInTheWordsOfTheOneWhoAsks() throws IOException {
        assertThat(BadRequests.sendAll(service, Map.of())).isGreaterThan(200);
    }
}
