package dev.slicer.inference.rest.openinference;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(ServedProfile.class)
class OpenInferenceResourceTest {
    @Inject
    ServingModel models;

    @Inject
    ObjectMapper json;

    @BeforeEach
    void load() {
        models.load("v2-1", () -> ModelFiles.in(Path.of("v2-1")));
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
            [3]   | ["a"]  | {}                 | input text has 1 texts, which is not its shape
            [0]   | []     | {}                 | input text has 0 texts, which is not its shape
            [1]   | [1]    | {}                 | input text must have texts as its data, got a number
            [1]   | "a"    | {}                 | input text must have its data as a list of texts
            [1.0] | ["a"]  | {}                 | input text must have a list of whole numbers as its shape
            ["1"] | ["a"]  | {}                 | input text must have a list of whole numbers as its shape
            {"a":1} | ["a"] | {}                | input text must have a list of whole numbers as its shape
            [99999999999999999999] | ["a"] | {} | input text must have a list of whole numbers as its shape
            1     | ["a"]  | {}                 | input text has 1 texts, which is not its shape
            [-1,-1] | ["a"] | {}                | input text has 1 texts, which is not its shape
            [4294967296,4294967296] | ["a"] | {} | input text has 1 texts, which is not its shape
            [2,1] | [["a","b"]] | {}            | input text has 2 texts, which is not its shape
            [1]   | ["a"]  | ["PER"]            | parameters must be an object, got a list
            [1]   | ["a"]  | "labels=PER"       | parameters must be an object, got a text
            [1]   | ["a"]  | {"labels":{"PER":true}} | labels must be a list of entity types, got an object
            [1]   | ["a"]  | {"labels":[["PER"]]} | labels must be a text, got a list
            [1]   | ["a"]  | {"labels":[]}      | labels is empty; leave it out to have all entity types
            [1]   | ["a"]  | {"labels":""}      | labels is empty; leave it out to have all entity types
            [1]   | ["a"]  | {"labels":null}    | labels must be a list of entity types, got null
            [1]   | ["a"]  | {"labels":["GOD"]} | labels: model v2-1 knows not all of them; it knows PER
            [1]   | ["a"]  | {"min_score":true} | min_score must be a number between 0 and 1, got true or false
            [1]   | ["a"]  | {"min_score":[0.5]} | min_score must be a number between 0 and 1, got a list
            [1]   | ["a"]  | {"decoder":["greedy"]} | decoder must be a text, got a list
            [1]   | ["a"]  | {"aggregation":1}  | aggregation must be a text, got a number
            [1]   | ["a"]  | {"beam":1}         | there is no parameter beam; parameters are aggregation, decoder, min_score, labels
            """)
    void shouldSayWhatIsWrongWithTheRequest(String shape, String data, String parameters, String error) {
        // When / Then
        infer("slicer", shape, data, parameters).statusCode(400).body("error", equalTo(error));
    }

    /** The case of a list in particular: it was once no filter at all. */
    @Test
    void shouldTakeTypesAsAListAndAsAText() {
        for (String labels : new String[] {"[\"PER\"]", "\"PER\"", "\"PER, PER\""}) {
            infer("slicer", "[1]", "[\"Maathai\"]", "{\"labels\":" + labels + ",\"min_score\":\"0.1\"}")
                    .statusCode(200)
                    .body("outputs[0].data[0]", containsString("\"PER\""));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "labels":["PER"]                      | the body has no field labels; fields are id, inputs, outputs, parameters
            "id":7                                | id must be a text, got a number
            "outputs":"entities"                  | outputs must be a list, got a text
            "outputs":[{"name":"spans"}]          | outputs must be named entities
            "outputs":[{"name":"entities","parameters":{"binary_data":true}}] | output entities: binary_data must be false
            "outputs":[{"name":"entities","parameters":{"classification":1}}] | output entities: parameters has no field classification; fields are binary_data
            """)
    void shouldRefuseWhatItWouldIgnore(String field, String error) {
        // When / Then
        body("{" + field + ",\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\"]}]}")
                .statusCode(400)
                .body("error", equalTo(error));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"name":"text","datatype":["BYTES"],"shape":[1],"data":["a"]}  | input text must have the datatype BYTES
            {"name":"text","datatype":"FP32","shape":[1],"data":[1]}       | input text must have the datatype BYTES
            {"name":"words","datatype":"BYTES","shape":[1],"data":["a"]}   | inputs must be one tensor, named text
            {"name":"text","datatype":"BYTES","shape":[1],"data":["a"],"parameters":{"binary_data_size":1}} | input text: parameters has no field binary_data_size; fields are content_type
            {"name":"text","datatype":"BYTES","shape":[1],"data":["a"],"labels":["PER"]} | input text has no field labels; fields are name, datatype, shape, data, parameters
            """)
    void shouldSayWhatIsWrongWithTheInput(String input, String error) {
        // When / Then
        body("{\"inputs\":[" + input + "]}").statusCode(400).body("error", equalTo(error));
    }

    /** As libraries of clients write what nobody set. */
    @Test
    void shouldTakeNullForWhatIsLeftOut() {
        body("{\"id\":null,\"parameters\":null,\"outputs\":null,\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\","
                        + "\"shape\":[1],\"data\":[\"a\"],\"parameters\":null}]}")
                .statusCode(200)
                .body("id", nullValue());
    }

    private static ValidatableResponse body(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/v2/models/slicer/infer")
                .then();
    }

    private static ValidatableResponse infer(String model, String shape, String data, String parameters) {
        return given().contentType("application/json")
                .body("{\"id\":\"7\",\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":" + shape
                        + ",\"data\":" + data + "}],\"parameters\":" + parameters + "}")
                .post("/v2/models/" + model + "/infer")
                .then();
    }
}
