package dev.slicer.inference.rest;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.inference.testing.ServedProfile;
import dev.slicer.service.testing.Management;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of pages and of the management port; those of the described addresses are looked at by {@link BadRequestsTest}. */
@QuarkusTest
@TestProfile(ServedProfile.class)
class HeadersTest {
    private static final Path PAGES = Path.of("src/main/resources/META-INF/resources");

    @Test
    void shouldBindBrowsersOnEveryPage() throws IOException {
        // Given
        List<String> pages;
        try (Stream<Path> files = Files.walk(PAGES)) {
            pages = files.filter(Files::isRegularFile)
                    .map(file -> "/" + PAGES.relativize(file).toString().replace('\\', '/'))
                    .collect(Collectors.toList());
        }
        pages.add("/");

        // When / Then
        assertThat(pages).hasSizeGreaterThan(5).allSatisfy(page -> {
            Headers headers = when().get(page).then().statusCode(200).extract().headers();
            common(headers);
            assertThat(headers.getValues("Content-Security-Policy"))
                    .singleElement()
                    .asString()
                    .contains("default-src 'none'; script-src 'self'")
                    .contains("frame-ancestors 'none'");
            assertThat(headers.getValues("Cache-Control")).containsExactly("no-cache");
        });
    }

    @Test
    void shouldBindBrowsersAtTheManagementPortAndWhereThereIsNothing() {
        assertThat(List.of(
                        Management.at("/q/metrics"),
                        Management.at("/q/health"),
                        Management.at("/q/nothing"),
                        "/page/nothing.js",
                        "/q/openapi"))
                .allSatisfy(address -> {
                    Headers headers = when().get(address).headers();
                    common(headers);
                    assertThat(headers.getValue("Content-Security-Policy"))
                            .contains("default-src 'none'")
                            .contains("frame-ancestors 'none'");
                });
    }

    /** Callers of the API have no business with either. */
    @Test
    void shouldHaveNeitherHealthNorMetricsAtTheApisPort() {
        assertThat(List.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics"))
                .allSatisfy(path -> assertThat(when().get(path).statusCode()).isEqualTo(404));
    }

    private static void common(Headers headers) {
        assertThat(headers.getValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(headers.getValues("Referrer-Policy")).containsExactly("no-referrer");
        assertThat(headers.getValues("Cross-Origin-Opener-Policy")).containsExactly("same-origin");
        assertThat(headers.getValues("Cross-Origin-Resource-Policy")).containsExactly("same-origin");
        assertThat(headers.hasHeaderWithName("Strict-Transport-Security")).isFalse();
    }
}
