package dev.slicer.inference.rest.tag;

import static dev.slicer.inference.rest.tag.TagCalls.post;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.service.testing.Management;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Each test's models have names of their own, so that none depends on what others have loaded. */
@QuarkusTest
@TestProfile(ModelExchangeTest.WithSeveralModels.class)
class ModelExchangeTest {
    /** A profile of its own is a service of its own, whose models no other test counts. */
    public static class WithSeveralModels extends TagResourceTest.WithoutKafka {}

    @Inject
    ServingModel models;

    @Test
    void shouldKeepModelAndTellWhenNewCheckpointIsCorrupt() {
        // Given
        load("kept");

        // When
        load("corrupt-b");

        // Then
        post("{\"text\":\"a\"}").statusCode(200).body("modelId", equalTo("kept"));
        when().get("/v1/models")
                .then()
                .body("current.modelId", equalTo("kept"))
                .body("current.precision", equalTo("FP32"))
                .body("refused.modelId", equalTo("corrupt-b"))
                .body("refused.reason", endsWith("model.safetensors: is cut off"));
        when().get(Management.at("/q/health/ready"))
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'model' }.data.refused", equalTo("corrupt-b"));
        assertThat(metrics()).contains("slicer_model_loads_failed_total 1.0");
    }

    @Test
    void shouldServeNewModelWhenExchanged() {
        // Given
        load("old");

        // When
        load("new");

        // Then
        post("{\"text\":\"Maathai alizaliwa\",\"language\":\"sw\"}").body("modelId", equalTo("new"));
        assertThat(metrics())
                .contains(
                        "slicer_model{model=\"new\",precision=\"FP32\"} 1.0",
                        "slicer_documents_total{language=\"sw\",source=\"rest\"}",
                        "slicer_entities_total{source=\"rest\",type=\"PER\"}",
                        "slicer_tagging_seconds_count{source=\"rest\"}",
                        "slicer_batch_documents_count{source=\"rest\"}")
                .doesNotContain("model=\"old\"");
    }

    @Test
    void shouldSwitchBackAndForthBetweenTwoModels() {
        // Given
        load("left");
        load("right");

        // When / Then: back
        given().contentType("application/json")
                .post("/v1/models/previous")
                .then()
                .statusCode(200)
                .body("current.modelId", equalTo("left"))
                .body("previous.modelId", equalTo("right"));
        post("{\"text\":\"a\"}").body("modelId", equalTo("left"));

        // When / Then: its announcement is read once more, then another one is read
        assertThat(load("right")).isFalse();
        post("{\"text\":\"a\"}").body("modelId", equalTo("left"));
        assertThat(load("third")).isTrue();
        when().get("/v1/models")
                .then()
                .body("current.modelId", equalTo("third"))
                .body("previous.modelId", equalTo("left"))
                .body("refused", nullValue());
        assertThat(load("right")).isTrue();
    }

    private boolean load(String model) {
        return models.load(model, () -> ModelFiles.in(Path.of(model)));
    }

    private static String metrics() {
        return when().get(Management.at("/q/metrics"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }
}
