package dev.slicer.deploy;

import static dev.slicer.deploy.Repository.path;
import static dev.slicer.deploy.Repository.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.deploy.Settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/configuration.md} are those of the sources. To write them:
 *
 * <pre>mvn -pl deploy test -Dtest=SettingsTest -Dslicer.docs=write</pre>
 */
class SettingsTest {
    private static final String DOCUMENT = "docs/configuration.md";
    private static final Pattern TABLE =
            Pattern.compile("(?s)(<!-- settings: (\\S+) -->\n)(.*?)(<!-- end of settings -->)");

    private final Map<String, List<Setting>> settings = Settings.byPrefix();

    @Test
    void shouldSayOfEachSettingWhatItDoesAndWhatItIsByDefault() {
        assertThat(settings.values())
                .isNotEmpty()
                .allSatisfy(ofPrefix -> assertThat(ofPrefix)
                        .isNotEmpty()
                        .allSatisfy(setting -> assertThat(setting.missing()).isEmpty()));
    }

    @Test
    void shouldDocumentTheSettingsThatSourcesHave() throws IOException {
        // Given
        String document = text(DOCUMENT);

        // When
        String generated = TABLE.matcher(document)
                .replaceAll(table -> Matcher.quoteReplacement(table.group(1)
                        + Settings.table(settings.getOrDefault(table.group(2), List.of()))
                        + table.group(4)));
        if ("write".equals(System.getProperty("slicer.docs"))) {
            Files.writeString(path(DOCUMENT), generated);
        }

        // Then
        assertThat(text(DOCUMENT))
                .as(
                        "%s is not what the sources say; write it with mvn -pl deploy test -Dtest=SettingsTest -Dslicer.docs=write",
                        DOCUMENT)
                .isEqualTo(generated);
    }

    @Test
    void shouldHaveATableForEachPrefix() {
        assertThat(TABLE.matcher(text(DOCUMENT)).results().map(table -> table.group(2)))
                .containsExactlyInAnyOrderElementsOf(settings.keySet());
    }
}
