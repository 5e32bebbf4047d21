package dev.slicer.kafka.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/acls.md} are those of the code. To write them:
 *
 * <pre>mvn -pl slicer-kafka -am test -Dtest=AclDocumentTest -Dsurefire.failIfNoSpecifiedTests=false -Dslicer.docs=write</pre>
 */
class AclDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/acls.md");
    private static final Pattern TABLES = Pattern.compile("(?s)(<!-- rights -->\n\n)(.*?)(<!-- end of rights -->)");

    @Test
    void shouldHaveTheRightsThatTheCodeHas() throws IOException {
        // Given
        String document = Files.readString(DOCUMENT);

        // When
        String generated = TABLES.matcher(document)
                .replaceAll(
                        tables -> Matcher.quoteReplacement(tables.group(1) + new AclTable().text() + tables.group(3)));
        if ("write".equals(System.getProperty("slicer.docs"))) {
            Files.writeString(DOCUMENT, generated);
        }

        // Then
        assertThat(Files.readString(DOCUMENT))
                .as("%s is not what the code says; -Dslicer.docs=write writes it", DOCUMENT)
                .isEqualTo(generated)
                .contains("### inference");
    }
}
