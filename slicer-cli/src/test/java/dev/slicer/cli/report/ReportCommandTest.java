package dev.slicer.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    private static final String LINE = "{\"source\":\"en\",\"h\":%d,\"classifier\":\"trained\",\"learningRate\":2e-5,"
            + "\"steps\":700,\"seed\":%d,\"protocol\":\"last\",\"benchmark\":\"tiny\",\"language\":\"yo\","
            + "\"scoring\":\"strict\",\"f1\":%s}\n";

    @TempDir
    Path home;

    private CommandLineFixture slicer;
    private Path results;
    private Path more;

    @BeforeEach
    void results() throws IOException {
        slicer = new CommandLineFixture(home);
        results = Files.writeString(
                home.resolve("scores.jsonl"), LINE.formatted(768, 42, "0.3") + LINE.formatted(8, 42, "0.4"));
        more = Files.writeString(
                home.resolve("more.jsonl"), LINE.formatted(768, 43, "0.32") + LINE.formatted(8, 43, "0.44"));
    }

    @Test
    void shouldPrintMarkdownOfSeveralFiles() {
        // When
        int exitCode = slicer.run("report", results.toString(), more.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out())
                .contains("### tiny, strict, last")
                .contains("| en | 768 (standard) | trained | trained | 2e-5 | 700 | 2 | 31.0 ± 1.4 | 31.0 ± 1.4 |")
                .contains("| en | 8 | trained | trained | 2e-5 | 700 | same | +11.0 ± 3.2 | +11.0 ± 3.2 |")
                .doesNotContain(".svg");
    }

    @Test
    void shouldTakeAnotherHiddenSizeForStandard() {
        // When
        int exitCode = slicer.run("report", results.toString(), "--standard-h", "8", "--json");

        // Then
        assertThat(exitCode).isZero();
        JsonNode gains = read(slicer.out()).at("/tables/0/gains");
        assertThat(gains).hasSize(1);
        assertThat(gains.at("/0/gain/yo/mean").asDouble()).isEqualTo(-0.1);
    }

    @Test
    void shouldWriteAFolderWithEverything() throws IOException {
        // Given
        Path folder = home.resolve("a/report");

        // When
        int exitCode = slicer.run("report", results.toString(), "--output", folder.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("report.md", "report.json", "gain-tiny-strict-last-en-700.svg");
        }
        assertThat(folder.resolve("report.md")).content().contains("](gain-tiny-strict-last-en-700.svg)");
        assertThat(read(Files.readString(folder.resolve("report.json"))).get("tables"))
                .hasSize(1);
    }

    @Test
    void shouldReplaceItsPartOfAMarkdownFile() throws IOException {
        // Given
        Path document = home.resolve("docs/reproduction.md");
        Files.createDirectories(document.getParent());
        Files.writeString(document, "# Mine\n\n" + ReportBlock.BEGIN + "\nold\n" + ReportBlock.END + "\n\nAfter it.\n");
        String[] command = {
            "report",
            results.toString(),
            "--into",
            document.toString(),
            "--charts",
            home.resolve("docs/svg").toString()
        };

        // When
        int exitCode = slicer.run(command);
        String once = Files.readString(document);
        slicer.run(command);

        // Then
        assertThat(exitCode).isZero();
        assertThat(once)
                .startsWith("# Mine\n\n<!-- report:begin -->\n\nF1 of whole entities")
                .contains("](svg/gain-tiny-strict-last-en-700.svg)")
                .endsWith(".svg)\n\n<!-- report:end -->\n\nAfter it.\n")
                .doesNotContain("old");
        assertThat(Files.readString(document)).isEqualTo(once);
        assertThat(home.resolve("docs/svg/gain-tiny-strict-last-en-700.svg")).exists();
        assertThat(document.getParent()).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void shouldLeaveAFileWithoutMarksAlone() throws IOException {
        // Given
        Path document = Files.writeString(home.resolve("plain.md"), "# Mine\n" + ReportBlock.END + ReportBlock.BEGIN);

        // When
        int exitCode = slicer.run("report", results.toString(), "--into", document.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err())
                .startsWith("slicer: " + document + ": needs a line <!-- report:begin --> and after it a line");
        assertThat(document).content().startsWith("# Mine\n<!-- report:end -->");
    }

    @Test
    void shouldNameFileAndLineOfWhatIsNoScore() throws IOException {
        // Given
        Files.writeString(more, LINE.formatted(768, 42, "0.3") + LINE.formatted(8, 42, "31"));

        // When
        int exitCode = slicer.run("report", results.toString(), more.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).isEqualTo("slicer: " + more + ":2: f1 must be between 0 and 1, got 31.0\n");
    }

    @Test
    void shouldSayThatThereIsNoScore() throws IOException {
        // Given
        Path empty = Files.createFile(home.resolve("empty.jsonl"));

        // When
        int exitCode = slicer.run("report", empty.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).isEqualTo("slicer: there is no score in " + empty + "\n");
    }

    private static JsonNode read(String json) {
        try {
            return Json.mapper().readTree(json);
        } catch (IOException failure) {
            throw new AssertionError(json, failure);
        }
    }
}
