package dev.slicer.inference.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.slicer.access.Role;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.service.testing.KeyFiles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.oidc.server.OidcWiremockTestResource;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that asks for tokens of an OpenID Connect provider. */
@QuarkusTest
@TestProfile(TokensTest.OfAProvider.class)
@QuarkusTestResource(value = OidcWiremockTestResource.class, restrictToAnnotatedClass = true)
class TokensTest {
    private static final String ISSUER = "https://server.example.com";
    private static final String AUDIENCE = "slicer";

    public static class OfAProvider implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "slicer.topics.create", "false",
                    "slicer.inference.stream.enabled", "false",
                    "kafka.bootstrap.servers", "127.0.0.1:1",
                    "slicer.security.mode", "oidc",
                    "slicer.security.oidc.issuer", "${keycloak.url}/realms/quarkus",
                    "slicer.security.oidc.audience", AUDIENCE,
                    "slicer.security.oidc.roles-claim", "realm_access/roles");
        }
    }

    @Inject
    ServingModel models;

    @BeforeEach
    void load() {
        models.load("guarded-1", () -> ModelFiles.in(Path.of("guarded-1")));
        models.load("guarded-2", () -> ModelFiles.in(Path.of("guarded-2")));
    }

    private static JwtClaimsBuilder claims(String name, String... roles) {
        return Jwt.claims()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("4711")
                .preferredUserName(name)
                .claim("realm_access", Map.of("roles", List.of(roles)))
                .expiresIn(Duration.ofMinutes(5));
    }

    private static String signed(JwtClaimsBuilder claims) {
        return claims.jws().keyId("1").sign("privateKey.jwk");
    }

    private static ValidatableResponse get(String path, String token) {
        return given().header("Authorization", "Bearer " + token).get(path).then();
    }

    private static ValidatableResponse post(String path, String token) {
        return given().header("Authorization", "Bearer " + token)
                .contentType(ContentType.JSON)
                .body("{\"text\": \"Asha\"}")
                .post(path)
                .then();
    }

    @Test
    void shouldLetATokensRolesIn() {
        // Given
        String tagging = signed(claims("wangari", "tag", "offline_access"));
        String reading = signed(claims("wangari", "read"));
        String stranger = signed(claims("wangari", "offline_access", "admin", "TAG"));

        // Then
        post("/v1/tag", tagging).statusCode(200);
        get("/v1/models", tagging).statusCode(403).contentType("application/problem+json");
        get("/v1/models", reading).statusCode(200);
        post("/v1/tag", reading).statusCode(403);
        post("/v1/tag", stranger).statusCode(403);
        get("/q/openapi", stranger).statusCode(403);
    }

    @Test
    void shouldTakeAStreamOfLinesAlso() {
        // Given: a token that nobody has sent before, so that its key may have to be looked up while lines come in
        String token = signed(claims("pipeline", "tag"));

        // When
        String answers = given().header("Authorization", "Bearer " + token)
                .config(RestAssuredConfig.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .encodeContentTypeAs("application/x-ndjson", ContentType.TEXT)))
                .contentType("application/x-ndjson")
                .body("{\"text\": \"Asha\"}\n".repeat(500))
                .post("/v1/tag")
                .then()
                .statusCode(200)
                .extract()
                .asString();

        // Then
        assertThat(answers.lines()).hasSize(500);
    }

    @Test
    void shouldRefuseWhatTheProviderDidNotSignForThisServiceAndThisTime() throws NoSuchAlgorithmException {
        // Given
        String right = signed(claims("wangari", "read"));
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put(
                "at its end",
                signed(claims("wangari", "read").expiresAt(Instant.now().minusSeconds(120))));
        wrong.put("for another service", signed(claims("wangari", "read").audience("billing")));
        wrong.put("of another issuer", signed(claims("wangari", "read").issuer("https://other.example.com")));
        wrong.put(
                "signed by another key",
                claims("wangari", "read").jws().keyId("1").sign(anotherKey()));
        wrong.put("signed by nobody", unsigned(right));
        wrong.put("with other claims", otherClaims(right));
        wrong.put("without a signature", right.substring(0, right.lastIndexOf('.') + 1));
        wrong.put("opaque", "alice");
        wrong.put("a key", KeyFiles.of(Role.READ));

        // Then
        get("/v1/models", right).statusCode(200);
        wrong.forEach((what, token) -> {
            int status = get("/v1/models", token)
                    .contentType("application/problem+json")
                    .header("WWW-Authenticate", startsWith("Bearer"))
                    .body("detail", equalTo("the request has no key or token that is valid here"))
                    .extract()
                    .statusCode();
            assertThat(status).as(what).isEqualTo(401);
        });
        given().get("/v1/models")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", startsWith("Bearer"));
        given().get("/").then().statusCode(200);
    }

    @Test
    void shouldCallACallerAsTheTokenDoesInOneLine() {
        post("/v1/models/previous", signed(claims("wangari\n\u2028/m", "operate")))
                .statusCode(200)
                .body("current.switchedToBy", equalTo("wangari___m"));
    }

    private static PrivateKey anotherKey() throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair().getPrivate();
    }

    private static String unsigned(String token) {
        return encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + token.split("\\.")[1] + ".";
    }

    private static String otherClaims(String token) {
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return parts[0] + "." + encoded(claims.replace("\"read\"", "\"operate\",\"read\"")) + "." + parts[2];
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
