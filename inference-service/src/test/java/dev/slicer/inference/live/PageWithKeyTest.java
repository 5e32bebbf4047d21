package dev.slicer.inference.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slicer.access.ApiKey;
import dev.slicer.access.Role;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.security.SecuredProfile;
import dev.slicer.service.testing.KeyFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The page where the service asks for keys. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
class PageWithKeyTest {
    @Inject
    ServingModel models;

    @TestHTTPResource("/")
    URI page;

    @ConfigProperty(name = "slicer.security.api-keys.file")
    Path keyFile;

    @Test
    void shouldAskForAKeyAndWorkWithItUntilTheTabIsClosed() throws IOException {
        Optional<Browser> started = Browser.start();
        assumeTrue(started.isPresent(), Browser.NEEDED);
        models.load("page", () -> ModelFiles.in(Path.of("page")));
        ApiKey key = ApiKey.create(new SecureRandom());
        Files.writeString(
                keyFile,
                "\n" + KeyFiles.line(key, "visitor", Set.of(Role.TAG, Role.READ)) + "\n",
                StandardOpenOption.APPEND);
        try (Browser browser = started.get()) {
            // Given
            browser.open(page);
            browser.await("the page to ask for a key", "document.getElementById('key-form').checkVisibility()");
            assertThat(browser.script("return document.getElementById('model-words').textContent")
                            .asText())
                    .isEqualTo("A key is needed");

            // When: a wrong one
            enter(browser, "slk_0123456789ab_" + "A".repeat(43));

            // Then
            browser.await("to be asked again", "document.getElementById('key-form').checkVisibility()");

            // When
            browser.script("document.getElementById('text').value = 'Maathai'");
            enter(browser, key.text());

            // Then
            browser.await("the text to be read", "document.querySelector('#marked mark')");
            browser.await("the model", "document.getElementById('model-words').textContent.includes('FP32')");
            assertThat(browser.script("return document.getElementById('key-form').checkVisibility()")
                            .asBoolean())
                    .isFalse();
            assertThat(browser.script(
                            "return [document.cookie, Object.keys(localStorage).length, "
                                    + "document.documentElement.outerHTML.includes(arguments[0])]",
                            key.text()))
                    .extracting(value -> value.asText())
                    .containsExactly("", "0", "false");
            assertThat(browser.complaints()).noneMatch(complaint -> complaint.contains("Content Security Policy"));
        }
    }

    private static void enter(Browser browser, String key) {
        browser.script(
                "document.getElementById('key').value = arguments[0]; "
                        + "document.querySelector('#key-form button').click()",
                key);
    }
}
