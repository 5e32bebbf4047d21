package dev.slicer.inference;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(ServedProfile.class)
class OpenInferenceResourceTest {
    @Inject
    Models models;

    @Inject
    ObjectMapper json;

    @BeforeEach
    void load() {
        models.load("v2-1", () -> Path.of("v2-1"));
    }

    @Test
    void shouldTellHealthAndMetadata() {
        // When / Then
        when().get("/v2").then().statusCode(200).body("name", equalTo("slicer"));
        when().get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
        when().get("/v2/health/ready").then().statusCode(200).body("ready", equalTo(true));
        for (String model : new String[] {"slicer", "v2-1"}) {
            for (String version : new String[] {"", "/versions/v2-1"}) {
                when().get("/v2/models/" + model + version)
                        .then()
                        .statusCode(200)
                        .body("name", equalTo(model))
                        .body("versions", contains("v2-1"))
                        .body("inputs[0].name", equalTo("text"))
                        .body("inputs[0].datatype", equalTo("BYTES"))
                        .body("inputs[0].shape", contains(-1))
                        .body("outputs[0].name", equalTo("entities"));
                when().get("/v2/models/" + model + version + "/ready")
                        .then()
                        .statusCode(200)
                        .body("ready", equalTo(true));
            }
        }
    }

    @Test
    void shouldAnswer404ForModelsAndVersionsThatDoNotServe() {
        // When / Then
        for (String path : new String[] {"other", "other/ready", "slicer/versions/2", "slicer/versions/2/ready"}) {
            when().get("/v2/models/" + path).then().statusCode(404).body("error", startsWith("there is no "));
        }
        infer("other", "[1]", "[\"a\"]", "{}").statusCode(404);
        infer("slicer/versions/2", "[1]", "[\"a\"]", "{}").statusCode(404);
    }

    @Test
    void shouldAnswerEntitiesOfEachTextAsJson() throws IOException {
        // When
        ValidatableResponse answer = infer("slicer/versions/v2-1", "[2]", "[\"🌳 Maathai\",\"x\"]", "{}");

        // Then
        answer.statusCode(200)
                .body("model_name", equalTo("slicer"))
                .body("model_version", equalTo("v2-1"))
                .body("id", equalTo("7"))
                .body("outputs[0].name", equalTo("entities"))
                .body("outputs[0].datatype", equalTo("BYTES"))
                .body("outputs[0].shape", contains(2))
                .body("outputs[0].data[1]", equalTo("[]"));
        JsonNode entities =
                json.readTree(answer.extract().path("outputs[0].data[0]").toString());
        assertThat(entities.at("/0/text").asText()).isEqualTo("Maathai");
        assertThat(entities.at("/0/startCodePoint").asInt()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheShapeOfTheInputAndTakeParameters() {
        // When / Then
        infer("slicer", "[2,1]", "[[\"Maathai\"],[\"x\"]]", "{\"min_score\":0.95,\"labels\":\"PER\"}")
                .statusCode(200)
                .body("outputs[0].shape", contains(2, 1))
                .body("outputs[0].data", contains("[]", "[]"))
                .body("parameters", nullValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [3]   | ["a"]  | {}                 | input text has 1 texts, which is not its shape [3]
            [0]   | []     | {}                 | input text has 0 texts, which is not its shape [0]
            [1]   | [1]    | {}                 | input text must have texts as its data, got 1
            [1]   | "a"    | {}                 | input text must have its data as a list of texts
            [1]   | ["a"]  | {"beam":1}         | there is no parameter beam; parameters are aggregation, decoder, min_score, labels
            """)
    void shouldSayWhatIsWrongWithTheRequest(String shape, String data, String parameters, String error) {
        // When / Then
        infer("slicer", shape, data, parameters).statusCode(400).body("error", equalTo(error));
    }

    private static ValidatableResponse infer(String model, String shape, String data, String parameters) {
        return given().contentType("application/json")
                .body("{\"id\":\"7\",\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":" + shape
                        + ",\"data\":" + data + "}],\"parameters\":" + parameters + "}")
                .post("/v2/models/" + model + "/infer")
                .then();
    }
}
