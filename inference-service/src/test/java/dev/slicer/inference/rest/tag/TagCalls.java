package dev.slicer.inference.rest.tag;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;

/** Requests to {@code /v1/tag}, and the shape of their problems. */
final class TagCalls {
    private TagCalls() {}

    static ValidatableResponse post(String body) {
        return given().contentType(ContentType.JSON).body(body).post("/v1/tag").then();
    }

    static ValidatableResponse problem(ValidatableResponse response, int status, String type) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:dev.slicer:problem:" + type))
                .body("status", equalTo(status))
                .body("title", not(emptyOrNullString()));
    }
}
