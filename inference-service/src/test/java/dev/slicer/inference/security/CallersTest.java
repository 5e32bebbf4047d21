package dev.slicer.inference.security;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.slicer.access.ApiKey;
import dev.slicer.access.Role;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.service.testing.KeyFiles;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that asks for keys, as its callers see it, and what its audit log says of them. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
class CallersTest {
    private static final String SECRET_TEXT = "Wangari-Maathai-alizaliwa-Nyeri";

    @Inject
    ServingModel models;

    @ConfigProperty(name = "slicer.security.api-keys.file")
    Path keyFile;

    private final List<String> audit = new CopyOnWriteArrayList<>();
    private final Handler reader = new Handler() {
        @Override
        public void publish(LogRecord line) {
            audit.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void start() {
        models.load("guarded-1", () -> ModelFiles.in(Path.of("guarded-1")));
        models.load("guarded-2", () -> ModelFiles.in(Path.of("guarded-2")));
        Logger.getLogger("dev.slicer.audit").addHandler(reader);
    }

    @AfterEach
    void stop() {
        Logger.getLogger("dev.slicer.audit").removeHandler(reader);
    }

    private static RequestSpecification as(Role role) {
        return given().header("Authorization", "Bearer " + KeyFiles.of(role));
    }

    private static RequestSpecification lines(RequestSpecification request) {
        return request.config(RestAssuredConfig.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .encodeContentTypeAs("application/x-ndjson", ContentType.TEXT)))
                .contentType("application/x-ndjson");
    }

    @Test
    void shouldTagForWhoHasAKeyInEitherHeader() {
        as(Role.TAG)
                .contentType(ContentType.JSON)
                .body("{\"text\": \"Asha\"}")
                .post("/v1/tag")
                .then()
                .statusCode(200);
        given().header("X-API-Key", KeyFiles.of(Role.TAG))
                .contentType(ContentType.JSON)
                .body("{\"text\": \"Asha\"}")
                .post("/v1/tag")
                .then()
                .statusCode(200);
        lines(as(Role.TAG))
                .body("{\"text\": \"Asha\"}\n".repeat(1_000))
                .post("/v1/tag")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer slk_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "Bearer eyJhbGciOiJub25lIn0.eyJncm91cHMiOlsidGFnIl19.",
                "Basic dGFnOnRhZw==",
                "Digest x"
            })
    void shouldSayTheSameWhateverIsWrongWithAKey(String authorization) {
        RequestSpecification request =
                authorization.isEmpty() ? given() : given().header("Authorization", authorization);
        request.get("/v1/models")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Bearer"))
                .contentType("application/problem+json")
                .body("type", equalTo("urn:dev.slicer:problem:unauthenticated"))
                .body("detail", equalTo("the request has no key or token that is valid here"))
                .body("instance", equalTo("/v1/models"));
    }

    @Test
    void shouldRefuseWhoLacksTheRoleAsTheRoutesProtocolHasIt() {
        as(Role.READ)
                .contentType(ContentType.JSON)
                .body("{\"text\": \"Asha\"}")
                .post("/v1/tag")
                .then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:dev.slicer:problem:forbidden"));
        lines(as(Role.READ))
                .body("{\"text\": \"Asha\"}\n")
                .post("/v1/tag")
                .then()
                .statusCode(403)
                .contentType("application/problem+json");
        as(Role.READ)
                .contentType(ContentType.JSON)
                .body("{\"inputs\": \"Asha\"}")
                .post("/models/slicer")
                .then()
                .statusCode(403)
                .contentType("application/json")
                .body("error", equalTo("the key or token has not the role that this needs"));
    }

    /** An address must not be told from none by those who may see neither. */
    @Test
    void shouldAnswerStrangersAlikeWhereThereIsNothing() {
        for (String path : List.of("/v1/models", "/v1/nothing", "/nothing", "/page/../v1/models", "//v1/models")) {
            given().urlEncodingEnabled(false).get(path).then().statusCode(401);
        }
    }

    /** What the page's open addresses could be made to look like, and what routing takes off an address. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models;x",
                "/v1/models;/page/",
                "/v1;x/models",
                "/v1/models%3Bx",
                "/;/v1/models",
                "/page;/../v1/models",
                "/page/..;/v1/models",
                "/page/..%3B/v1/models",
                "/page/..%2Fv1/models",
                "/page/..%5Cv1/models",
                "/page/%2e%2e/v1/models",
                "/page/..;/q/openapi",
                "/page/..%2Fq/openapi"
            })
    void shouldLetNobodyInByAnotherSpellingOfAnAddress(String path) {
        // When and then: without a key
        given().urlEncodingEnabled(false).get(path).then().statusCode(anyOf(is(401), is(404)));

        // When and then: with one that may not
        as(Role.TAG)
                .urlEncodingEnabled(false)
                .contentType(ContentType.JSON)
                .post(path.replace("models", "models/previous"))
                .then()
                .statusCode(anyOf(is(403), is(404), is(405)));
    }

    @Test
    void shouldShowThePageToEverybody() {
        given().get("/").then().statusCode(200);
        given().get("/page/page.js").then().statusCode(200);
    }

    @Test
    void shouldTakeAKeyOnceItIsInTheFile() throws IOException {
        // Given
        ApiKey key = ApiKey.create(new SecureRandom());
        RequestSpecification request = given().header("X-API-Key", key.text());
        request.get("/v1/models").then().statusCode(401);

        // When
        Files.writeString(
                keyFile, "\n" + KeyFiles.line(key, "wangari", Set.of(Role.READ)) + "\n", StandardOpenOption.APPEND);

        // Then
        await("the key")
                .untilAsserted(() -> given().header("X-API-Key", key.text())
                        .get("/v1/models")
                        .then()
                        .statusCode(200));
    }

    @Test
    void shouldWriteDownWhoSwitchedTheModel() {
        // When
        String modelId = as(Role.OPERATE)
                .contentType(ContentType.JSON)
                .post("/v1/models/previous")
                .then()
                .statusCode(200)
                .body("current.switchedToBy", equalTo("operate"))
                .extract()
                .path("current.modelId");

        // Then
        assertThat(models.current())
                .hasValueSatisfying(model -> assertThat(model.modelId()).isEqualTo(modelId));
        await("the line of the switch")
                .untilAsserted(
                        () -> assertThat(audit)
                                .containsOnlyOnce(
                                        "INFO changed by=operate from=127.0.0.1 action=\"POST /v1/models/previous\" status=200"));
    }

    @Test
    void shouldWriteDownWhoWasRefusedAndNoTextThatTheySent() {
        // When
        as(Role.TAG)
                .contentType(ContentType.JSON)
                .body("{\"text\": \"" + SECRET_TEXT + "\"}")
                .post("/v1/tag")
                .then()
                .statusCode(200);

        // Then: tagging changes nothing
        // And: refused again and again, since of many refusals in a short time not all are written
        await("the lines of refusals").untilAsserted(() -> {
            as(Role.TAG)
                    .contentType(ContentType.JSON)
                    .post("/v1/models/previous")
                    .then()
                    .statusCode(403);
            as(Role.READ)
                    .contentType(ContentType.JSON)
                    .body("{\"text\": \"" + SECRET_TEXT + "\"}")
                    .post("/v1/tag?labels=" + SECRET_TEXT)
                    .then()
                    .statusCode(403);
            assertThat(audit)
                    .contains(
                            "WARN refused by=tag from=127.0.0.1 action=\"POST /v1/models/previous\" status=403",
                            "WARN refused by=read from=127.0.0.1 action=\"POST /v1/tag\" status=403");
        });
        assertThat(audit)
                .noneMatch(line -> line.contains(SECRET_TEXT))
                .noneMatch(line -> line.contains("by=tag") && line.contains("/v1/tag"));
    }

    @Test
    void shouldNotLetAStrangerFillTheLog() {
        // When
        for (int i = 0; i < 300; i++) {
            given().get("/v1/models").then().statusCode(401);
        }

        // Then: of two windows at most
        assertThat(audit.size()).isBetween(1, 202);
    }
}
