package dev.slicer.inference.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.rest.tag.TagResource;
import dev.slicer.inference.testing.ServedProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Sends what the served description gives as examples, and holds the answers against the schemas that it gives. */
@QuarkusTest
@TestProfile(ServedProfile.class)
class ApiDescriptionTest {
    private static final String EVENTS = "text/event-stream";

    @Inject
    ServingModel models;

    @Inject
    ObjectMapper json;

    private ObjectNode description;

    @BeforeEach
    void load() throws IOException {
        // Two, so that there is one to switch back to.
        models.load("described-1", () -> ModelFiles.in(Path.of("described-1")));
        models.load("described-2", () -> ModelFiles.in(Path.of("described-2")));
        description = (ObjectNode) json.readTree(when().get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString());
    }

    private record Example(
            String path, String method, JsonNode operation, String mediaType, String name, String body, int status) {
        @Override
        public String toString() {
            return method.toUpperCase(java.util.Locale.ROOT) + " " + path + (name.isEmpty() ? "" : ": " + name);
        }
    }

    private List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                JsonNode operation = method.getValue();
                JsonNode bodies = operation.path("requestBody").path("content");
                if (bodies.isEmpty()) {
                    examples.add(new Example(path.getKey(), method.getKey(), operation, "", "", "", 200));
                }
                for (Map.Entry<String, JsonNode> body : bodies.properties()) {
                    for (Map.Entry<String, JsonNode> example :
                            body.getValue().path("examples").properties()) {
                        examples.add(new Example(
                                path.getKey(),
                                method.getKey(),
                                operation,
                                body.getKey(),
                                example.getKey(),
                                text(example.getValue().path("value")),
                                example.getValue().path("x-status").asInt(200)));
                    }
                }
            }
        }
        return examples;
    }

    /** A value that is JSON may be given as such or as a text. */
    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerEachExampleAsDescribed() throws IOException {
        load();
        return examples().stream()
                .filter(example ->
                        !example.operation().at("/responses/200/content").has(EVENTS))
                .map(example -> DynamicTest.dynamicTest(example.toString(), () -> check(example)));
    }

    @Test
    void shouldDescribeOneEventOfAStream() {
        assertThat(description
                        .path("paths")
                        .path("/v1/stream")
                        .at("/get/responses/200/content")
                        .path(EVENTS)
                        .at("/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/Now");
    }

    @Test
    void shouldDescribeWhatARequestIsToldThatAFormCouldSend() {
        assertThat(description.path("paths").findValues("post"))
                .isNotEmpty()
                .allSatisfy(operation ->
                        assertThat(operation.path("responses").has("415")).isTrue());
    }

    @Test
    void shouldHaveExamplesForEachRequestWithABody() {
        // When
        List<Example> examples = examples();

        // Then
        assertThat(examples)
                .extracting(Example::path)
                .contains("/v1/tag", "/models/{model}", "/v2/models/{model}/infer");
        assertThat(examples).filteredOn(example -> !example.body().isEmpty()).hasSizeGreaterThan(10);
        assertThat(description.path("paths").properties())
                .allSatisfy(path -> path.getValue()
                        .properties()
                        .forEach(method -> method.getValue()
                                .path("requestBody")
                                .path("content")
                                .forEach(content -> assertThat(content.path("examples"))
                                        .as(path.getKey())
                                        .isNotEmpty())));
    }

    private void check(Example example) throws IOException {
        // Given
        RequestSpecification request = given().config(RestAssuredConfig.config()
                .encoderConfig(EncoderConfig.encoderConfig()
                        .defaultContentCharset(StandardCharsets.UTF_8)
                        .encodeContentTypeAs(TagResource.NDJSON, io.restassured.http.ContentType.TEXT)));
        if (!example.mediaType().isEmpty()) {
            request.header("Content-Type", example.mediaType())
                    .body(example.body().getBytes(StandardCharsets.UTF_8));
        } else if (!example.method().equals("get")) {
            request.header("Content-Type", "application/json");
        }

        // When
        Response response = request.request(example.method().toUpperCase(java.util.Locale.ROOT), path(example));

        // Then
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(example.status());
        JsonNode described = example.operation()
                .path("responses")
                .path(Integer.toString(example.status()))
                .path("content")
                .path(response.contentType().replaceAll(";.*", ""));
        assertThat(described.isMissingNode())
                .as("status %d with %s is described", example.status(), response.contentType())
                .isFalse();
        JsonSchema schema = schema(described.path("schema"));
        boolean lines = response.contentType().startsWith(TagResource.NDJSON);
        for (String document : lines ? response.asString().split("\n") : new String[] {response.asString()}) {
            assertThat(schema.validate(json.readTree(document))).as(document).isEmpty();
        }
    }

    private static String path(Example example) {
        String path = example.path();
        for (JsonNode parameter : example.operation().path("parameters")) {
            if (parameter.path("in").asText().equals("path")) {
                assertThat(parameter.path("example").asText())
                        .as("example of %s", parameter)
                        .isNotEmpty();
                path = path.replace(
                        "{" + parameter.path("name").asText() + "}",
                        parameter.path("example").asText());
            }
        }
        return path;
    }

    /** Fields that are not described are as wrong as those that are missing. */
    private JsonSchema schema(JsonNode described) throws IOException {
        ObjectNode root = described.deepCopy();
        JsonNode schemas = description.path("components").path("schemas").deepCopy();
        schemas.forEach(schema -> {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
        root.set("$defs", schemas);
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(json.readTree(root.toString().replace("#/components/schemas/", "#/$defs/")));
    }
}
