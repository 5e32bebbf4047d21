package dev.slicer.inference.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.ServedProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(PageWithoutModelTest.BeforeTheFirstModel.class)
class PageWithoutModelTest {

    /** An application of its own, as a model that serves cannot be taken away. */
    public static class BeforeTheFirstModel extends ServedProfile {}

    @Inject
    ServingModel models;

    @TestHTTPResource("/")
    URI page;

    @Test
    void shouldSayThatNoModelIsLoadedAndReadTheTextWhenOneIs() throws IOException {
        Optional<Browser> started = Browser.start();
        assumeTrue(started.isPresent(), Browser.NEEDED);
        try (Browser browser = started.get()) {
            // Given
            browser.open(page);
            browser.await(
                    "the page to say so",
                    "document.getElementById('model-words').textContent === 'No model is loaded yet'");

            // When
            browser.script(
                    "document.getElementById('text').value = 'Maathai'; document.querySelector('.primary').click()");
            browser.await("the problem", "document.getElementById('problem').checkVisibility()");

            // Then
            assertThat(browser.script("return document.getElementById('problem').textContent")
                            .asText())
                    .startsWith("No model is loaded yet")
                    .endsWith("Trying again in 5 s.");

            // When / Then
            models.load("first", () -> ModelFiles.in(Path.of("first")));
            browser.await("the text to be read", "document.querySelector('#marked mark')");
            assertThat(browser.script("return document.getElementById('problem').checkVisibility()")
                            .asBoolean())
                    .isFalse();
        }
    }
}
