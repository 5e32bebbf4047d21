package dev.slicer.inference.rest.tag;

import static dev.slicer.inference.rest.tag.TagCalls.post;
import static dev.slicer.inference.rest.tag.TagCalls.problem;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.service.testing.Management;
import dev.slicer.service.testing.Promtool;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(TagResourceTest.WithoutKafka.class)
class TagResourceTest {

    public static class WithoutKafka implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "slicer.topics.create", "false",
                    "slicer.inference.stream.enabled", "false",
                    // Nothing listens there: the service must do without Kafka.
                    "kafka.bootstrap.servers", "127.0.0.1:1",
                    "slicer.inference.max-text-length", "100",
                    "slicer.inference.max-documents", "3",
                    "quarkus.http.limits.max-body-size", "10K");
        }
    }

    @Inject
    ServingModel models;

    @BeforeEach
    void loadModel() {
        models.load("a", () -> ModelFiles.in(Path.of("a")));
    }

    @Test
    void shouldFindEntitiesWithBothOffsetsWhenModelIsLoaded() {
        // When / Then
        post("{\"text\":\"🌳 Maathai\",\"language\":\"sw\"}")
                .statusCode(200)
                .body("modelId", equalTo("a"))
                .body("language", equalTo("sw"))
                .body("entities", hasSize(1))
                .body("entities[0].text", equalTo("Maathai"))
                .body("entities[0].type", equalTo("PER"))
                .body("entities[0].start", equalTo(3))
                .body("entities[0].end", equalTo(10))
                .body("entities[0].startCodePoint", equalTo(2))
                .body("entities[0].endCodePoint", equalTo(9))
                .body("timing.queuedMilliseconds", greaterThanOrEqualTo(0f))
                .body("timing.taggingMilliseconds", greaterThanOrEqualTo(0f))
                .body("tags", nullValue());
        when().get(Management.at("/q/health/ready")).then().statusCode(200);
    }

    @Test
    void shouldGiveOneTagPerWordWhenWordsAreSent() {
        // When / Then
        post("{\"id\":\"x\",\"text\":\"Maathai alizaliwa\",\"words\":[[0,7],[8,17]]}")
                .statusCode(200)
                .body("id", equalTo("x"))
                .body("tags", equalTo(java.util.List.of("B-PER", "O")));
    }

    @Test
    void shouldSayWhichLanguageWasDetected() {
        // When / Then
        post("{\"text\":\"Maathai alizaliwa\"}")
                .body("language", equalTo("sw"))
                .body("languageDetected", equalTo(true));
        post("{\"text\":\"Maathai alizaliwa\",\"language\":\"ki\"}")
                .body("language", equalTo("ki"))
                .body("languageDetected", nullValue());
        post("{\"text\":\"Maathai\"}").body("language", nullValue());
    }

    @Test
    void shouldAnswerInOrderWhenSeveralAreSent() {
        // When / Then
        post("{\"documents\":[{\"text\":\"x\"},{\"id\":\"b\",\"text\":\"Maathai\"}]}")
                .statusCode(200)
                .body("documents.id", equalTo(java.util.List.of("0", "b")))
                .body("documents[0].entities", hasSize(0))
                .body("documents[1].entities", hasSize(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"text":                          | 400 | not-json  | not JSON
            ``                                | 400 | not-json  | the body is empty
            ` `                               | 400 | not-json  | the body is empty
            null                              | 400 | bad-request | the body is null
            {"text":null}                     | 422 | invalid   | text is missing
            {}                                | 422 | invalid   | text is missing
            {"text":1}                        | 422 | invalid   | text: expected a string, got 1
            []                                | 422 | invalid   | a document is an object with "text", got ARRAY
            {"documents":[]}                  | 422 | invalid   | a list that is not empty
            {"documents":[{"text":"a"},{}]}   | 422 | invalid   | documents[1]: text is missing
            {"documents":[{"text":"a"},3]}    | 422 | invalid   | documents[1]: a document is an object
            {"documents":[{},{},{},{}]}       | 413 | too-large | 4 documents were sent, at most 3 are accepted
            {"text":"a","words":[[0,2]]}      | 422 | invalid   | words[0] ends at 2, but the text has 1 UTF-16 units
            {"text":"a","language":"klingon!"}| 422 | invalid   | language must be a BCP 47 code
            {"text":"a","options":[]}         | 422 | invalid   | options is an object with aggregation, decoder, minScore, labels
            {"text":"a","options":{"min_score":1}}          | 422 | invalid | there is no option min_score
            {"text":"a","options":{"minScore":"1"}}         | 422 | invalid | minScore must be a number between 0 and 1
            {"text":"a","options":{"minScore":1.1}}         | 422 | invalid | minScore must be between 0 and 1, got 1.1
            {"text":"a","options":{"decoder":"beam"}}       | 422 | invalid | decoder must be viterbi or greedy, got "beam"
            {"text":"a","options":{"aggregation":"simple"}} | 422 | invalid | aggregation must be first or average or max
            {"text":"a","options":{"labels":"PER"}}         | 422 | invalid | labels must be a list of entity types
            {"text":"a","options":{"labels":["GOD"]}}       | 422 | invalid | labels: model a knows no GOD; it knows PER
            {"text":"a","options":{"labels":[]}}            | 422 | invalid | labels is empty; leave it out to have all entity types
            {"text":"a","options":{"labels":{"PER":true}}}  | 422 | invalid | labels must be a list of entity types, got an object
            {"text":"a","options":{"labels":[null]}}        | 422 | invalid | labels must be a text, got null
            {"text":"a","options":{"decoder":["greedy"]}}   | 422 | invalid | decoder must be a text, got a list
            {"text":"a","options":{"minScore":null}}        | 422 | invalid | minScore must be a number between 0 and 1, got null
            {"text":"a","minScore":0.5}       | 422 | invalid   | a document has no field minScore; fields are id, text, language, words, options
            {"text":"a","labels":["PER"]}     | 422 | invalid   | a document has no field labels
            {"text":"a","langauge":"sw"}      | 422 | invalid   | a document has no field langauge
            {"documents":[{"text":"a"}],"minScore":1}       | 422 | invalid | the body has no field minScore; fields are documents, options
            {"documents":[{"text":"a"},{"text":"b","decoder":"greedy"}]} | 422 | invalid | documents[1]: a document has no field decoder; fields are id, text, language, words
            {"text":"a","text":"b"}           | 422 | invalid   | "text" is there twice (line 1, column
            {"text":"a","options":{"minScore":0,"minScore":1}} | 422 | invalid | "minScore" is there twice
            {"text":"a"} {}                   | 400 | not-json  | not JSON: something follows after the end of the value
            {"text":"a","words":[[0,1,2]]}    | 422 | invalid   | words[0]: expected a pair [start, end]
            {"documents":[{"text":"a","options":{}}]}       | 422 | invalid | documents[0]: options are for all documents
            """)
    void shouldSayWhatIsWrongWithTheRequest(String body, int status, String type, String detail) {
        // When / Then
        problem(post(body), status, type).body("detail", containsString(detail)).body("instance", equalTo("/v1/tag"));
    }

    @Test
    void shouldLeaveOutEntitiesThatOptionsExclude() {
        // When / Then
        post("{\"text\":\"Maathai\",\"options\":{\"minScore\":0.8,\"labels\":[\"PER\"]}}")
                .body("entities", hasSize(1));
        post("{\"text\":\"Maathai\",\"options\":{\"minScore\":0.95}}").body("entities", hasSize(0));
        given().contentType(ContentType.JSON)
                .queryParam("min_score", "0.95")
                .body("{\"text\":\"Maathai\"}")
                .post("/v1/tag")
                .then()
                .statusCode(200)
                .body("entities", hasSize(0));
        given().contentType(ContentType.JSON)
                .queryParam("min_score", "0.95")
                .body("{\"text\":\"Maathai\",\"options\":{\"minScore\":0}}")
                .post("/v1/tag")
                .then()
                .body("entities", hasSize(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            minScore=1       | there is no parameter minScore; parameters are aggregation, decoder, min_score, labels
            min_score=high   | min_score must be a number between 0 and 1, got "high"
            min_score=NaN    | min_score must be a number between 0 and 1, got "NaN"
            min_score=1d     | min_score must be a number between 0 and 1, got "1d"
            min_score=1e999  | min_score must be between 0 and 1, got Infinity
            min_score=0&min_score=1 | min_score is given twice
            labels=          | labels is empty; leave it out to have all entity types
            labels=PER,GOD   | labels: model a knows no GOD; it knows PER
            """)
    void shouldSayWhatIsWrongWithTheQuery(String query, String detail) {
        // When / Then
        problem(
                        given().contentType(ContentType.JSON)
                                .body("{\"text\":\"a\"}")
                                .post("/v1/tag?" + query)
                                .then(),
                        422,
                        "invalid")
                .body("detail", equalTo(detail));
    }

    @Test
    void shouldAnswer413WhenTextIsTooLong() {
        // When / Then
        problem(post("{\"text\":\"" + "x".repeat(101) + "\"}"), 413, "too-large")
                .body("detail", equalTo("text has 101 UTF-16 units, at most 100 are accepted"));
    }

    @Test
    void shouldAnswer415WhenBodyIsCompressed() {
        for (String coding : new String[] {"gzip", "br", "zstd", "gzip, gzip"}) {
            // When / Then
            problem(
                            given().contentType(ContentType.JSON)
                                    .header("Content-Encoding", coding)
                                    .body(new byte[] {31, -117, 8, 0})
                                    .post("/v1/tag")
                                    .then(),
                            415,
                            "unsupported-media-type")
                    .header("Accept-Encoding", "identity")
                    .body("detail", startsWith("the body has the content coding " + coding + ";"));
        }
        given().contentType(ContentType.JSON)
                .header("Content-Encoding", "identity")
                .body("{\"text\":\"a\"}")
                .post("/v1/tag")
                .then()
                .statusCode(200);
    }

    @Test
    void shouldAnswer413WhenBodyIsTooLong() {
        // When / Then
        String body = "{\"text\":\"" + "x".repeat(20_000) + "\"}";
        problem(post(body), 413, "too-large")
                .body("detail", startsWith("the body has 20011 bytes, at most 10240 are accepted"))
                .body("instance", equalTo("/v1/tag"));
    }

    @Test
    void shouldAnswerProblemsAlsoWhereNoResourceIsReached() {
        // When / Then
        problem(given().contentType("text/plain").body("x").post("/v1/tag").then(), 415, "unsupported-media-type");
        problem(when().get("/v1/tag").then(), 405, "method-not-allowed");
        problem(when().get("/v1/nothing").then(), 404, "not-found");
    }

    @Test
    void shouldAnswer500WithoutInternalsWhenTaggingFails() {
        // When / Then
        problem(post("{\"text\":\"poison\"}"), 500, "internal-error")
                .body("detail", containsString("the service's log has the cause under"));
    }

    @Test
    void shouldAnswer409WhenThereIsNoPreviousModel() {
        // When / Then
        problem(
                        given().contentType("application/json")
                                .post("/v1/models/previous")
                                .then(),
                        409,
                        "conflict")
                .body("detail", startsWith("there is no previous model"));
        when().get("/v1/models").then().body("previous", nullValue());
    }

    @Test
    void shouldExposeMetricsThatPromtoolFindsNothingWrongWith() {
        // Given
        post("{\"text\":\"Maathai\"}").statusCode(200);

        // When
        String metrics =
                given().accept(Promtool.FORMAT).get(Management.at("/q/metrics")).asString();

        // Then
        assertThat(Promtool.complaints(metrics)).isEmpty();
    }
}
