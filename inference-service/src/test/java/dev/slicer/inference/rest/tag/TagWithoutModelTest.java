package dev.slicer.inference.rest.tag;

import static dev.slicer.inference.rest.tag.TagCalls.post;
import static dev.slicer.inference.rest.tag.TagCalls.problem;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.service.testing.Management;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(TagWithoutModelTest.WithoutModel.class)
class TagWithoutModelTest {
    /** A profile of its own is a service of its own, which no other test has given a model. */
    public static class WithoutModel extends TagResourceTest.WithoutKafka {}

    @Test
    void shouldAnswer503AndNotBeReadyWhenNoModelIsLoaded() {
        // When / Then
        problem(post("{\"text\":\"a\"}"), 503, "no-model")
                .header("Retry-After", "5")
                .body("detail", containsString("no checkpoint is promoted or loaded yet"));
        when().get(Management.at("/q/health/ready")).then().statusCode(503).body("status", equalTo("DOWN"));
        when().get(Management.at("/q/health/live")).then().statusCode(200);
        when().get("/v1/models").then().statusCode(200).body("current", nullValue());
    }

    @Test
    void shouldCountFromZeroBeforeAnythingWentWrong() {
        // When
        String metrics = when().get(Management.at("/q/metrics"))
                .then()
                .statusCode(200)
                .extract()
                .asString();

        // Then
        assertThat(metrics).contains("slicer_stream_transactions_aborted_total 0.0");
        assertThat(DeadLetterReason.OF_DOCUMENTS)
                .allSatisfy(reason -> assertThat(metrics)
                        .contains("slicer_dead_letters_total{reason=\"" + reason.label() + "\"} 0.0"));
    }
}
