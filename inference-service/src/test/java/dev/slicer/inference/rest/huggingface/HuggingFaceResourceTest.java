package dev.slicer.inference.rest.huggingface;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.ServedProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ServedProfile.class)
class HuggingFaceResourceTest {
    @Inject
    ServingModel models;

    @Inject
    ObjectMapper json;

    @BeforeEach
    void load() {
        models.load("hf-1", () -> ModelFiles.in(Path.of("hf-1")));
    }

    /** Entities, not label ids. The golden file is the pipeline's own answer. */
    @Test
    void shouldAnswerEntitiesInTheShapeOfTheHuggingFacePipelineAndNotLabelIds() throws IOException {
        // Given
        JsonNode golden = json.readTree(getClass().getResourceAsStream("huggingface-pipeline.json"));

        // When
        JsonNode one = answer("{\"inputs\":\"🌳 Maathai\"}");
        JsonNode several = answer("{\"inputs\":[\"Maathai\",\"Maathai Maathai\"]}");
        JsonNode empty = answer("{\"inputs\":\"\"}");

        // Then: the same but for the score; this model does not take a tree for a person
        assertThat(withoutScores(one))
                .containsExactly(withoutScores(golden.path("one")).get(1));
        assertThat(withoutScores(several.path(0)))
                .isEqualTo(withoutScores(golden.path("several").path(0)));
        assertThat(withoutScores(several.path(1)))
                .isEqualTo(withoutScores(golden.path("several").path(1)));
        assertThat(several).hasSameSizeAs(golden.path("several"));
        assertThat(empty).isEqualTo(golden.path("empty"));
        assertThat(one.at("/0/score").isFloatingPointNumber()).isTrue();
    }

    private JsonNode answer(String body) throws IOException {
        return json.readTree(post("slicer", body).statusCode(200).extract().asString());
    }

    /** Names in their order, and values, but for the score's. */
    private static List<String> withoutScores(JsonNode entities) {
        List<String> all = new ArrayList<>();
        for (JsonNode entity : entities) {
            List<String> fields = new ArrayList<>();
            entity.properties()
                    .forEach(field -> fields.add(
                            field.getKey() + (field.getKey().equals("score") ? "" : "=" + field.getValue())));
            all.add(String.join(" ", fields));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "first", "average", "max"})
    void shouldTakeTheStrategiesThatGroupSubTokens(String strategy) {
        // When / Then
        post(
                        "hf-1",
                        "{\"inputs\":\"Maathai\",\"parameters\":{\"aggregation_strategy\":\"" + strategy
                                + "\",\"stride\":16}}")
                .statusCode(200)
                .body("[0].entity_group", equalTo("PER"));
    }

    @Test
    void shouldLeaveOutIgnoredLabels() {
        // When / Then
        post("slicer", "{\"inputs\":\"Maathai\",\"parameters\":{\"ignore_labels\":[\"O\",\"PER\"]}}")
                .statusCode(200)
                .body("size()", equalTo(0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            slicer | {"inputs":                        | 400 | not JSON: it ends too early
            slicer | {}                                | 400 | inputs must be a text or a list of texts that is not empty
            slicer | {"inputs":[]}                     | 400 | inputs must be a text or a list of texts that is not empty
            slicer | {"inputs":["a",1]}                | 400 | inputs[1] must be a text, got a number
            slicer | {"inputs":"a","parameters":{"aggregation_strategy":"none"}}  | 400 | aggregation_strategy none is not offered
            slicer | {"inputs":"a","parameters":{"aggregation_strategy":"best"}}  | 400 | aggregation_strategy must be simple, first
            slicer | {"inputs":"a","parameters":{"aggregation_strategy":["max"]}} | 400 | aggregation_strategy must be simple, first, average or max
            slicer | {"inputs":"a","parameters":{"aggregation_strategy":null}}    | 400 | aggregation_strategy must be simple, first, average or max
            slicer | {"inputs":"a","parameters":{"ignore_labels":"PER"}}          | 400 | ignore_labels must be a list of labels, got a text
            slicer | {"inputs":"a","parameters":{"ignore_labels":{"PER":true}}}   | 400 | ignore_labels must be a list of labels, got an object
            slicer | {"inputs":"a","parameters":{"ignore_labels":[["PER"]]}}      | 400 | ignore_labels must be a list of labels, got one with a list
            slicer | {"inputs":"a","parameters":{"stride":"16"}}                  | 400 | stride must be a number of sub-tokens, got a text
            slicer | {"inputs":"a","parameters":{"top_k":1}}                      | 400 | there is no parameter top_k
            slicer | {"inputs":"a","parameters":["max"]}   | 400 | parameters must be an object with aggregation_strategy, ignore_labels, stride, got a list
            slicer | {"inputs":"a","parameters":"max"}     | 400 | parameters must be an object with aggregation_strategy, ignore_labels, stride, got a text
            slicer | {"inputs":"a","options":{"use_gpu":true}}      | 400 | options has no field use_gpu; fields are use_cache, wait_for_model
            slicer | {"inputs":"a","options":{"use_cache":"yes"}}   | 400 | use_cache must be true or false, got a text
            slicer | {"inputs":"a","options":["wait_for_model"]}    | 400 | options must be an object with use_cache, wait_for_model, got a list
            slicer | {"inputs":"a","labels":["PER"]}       | 400 | the body has no field labels; fields are inputs, parameters, options
            slicer | {"inputs":"a","inputs":"b"}           | 400 | a name is there twice
            slicer | {"inputs":"a"} x                      | 400 | not JSON:
            slicer?min_score=1 | {"inputs":"a"}            | 400 | the query has the parameter min_score; parameters are in the body here
            other/model | {"inputs":"a"}               | 404 | there is no model other/model; slicer is, at present hf-1
            """)
    void shouldAnswerErrorsAsHuggingFaceDoes(String model, String body, int status, String error) {
        // When / Then
        post(model, body).statusCode(status).body("error", org.hamcrest.Matchers.startsWith(error));
    }

    /** As clients send them by themselves. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"inputs\":\"a\",\"options\":{\"use_cache\":false,\"wait_for_model\":true}}",
                "{\"inputs\":\"a\",\"parameters\":null,\"options\":null}",
                "{\"inputs\":\"a\",\"parameters\":{}}"
            })
    void shouldTakeWhatChangesNothing(String body) {
        // When / Then
        post("slicer", body).statusCode(200);
    }

    @Test
    void shouldAnswer413WhenTextIsTooLong() {
        // When / Then
        post("slicer", "{\"inputs\":\"" + "x".repeat(2001) + "\"}")
                .statusCode(413)
                .body("error", equalTo("text has 2001 UTF-16 units, at most 2000 are accepted"));
    }

    private static ValidatableResponse post(String model, String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/models/" + model)
                .then();
    }
}
