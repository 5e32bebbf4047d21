package dev.slicer.cli.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.atIndex;

import dev.slicer.cli.CommandLineFixture;
import dev.slicer.engine.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagCommandTest {
    @TempDir
    Path home;

    private CommandLineFixture slicer;
    private String checkpoint;

    @BeforeEach
    void checkpoint() {
        slicer = new CommandLineFixture(home);
        checkpoint = slicer.checkpoint("a-checkpoint").toString();
    }

    @Test
    void shouldPrintALineForEachEntityWhenNotOnATerminal() {
        // When
        int exitCode = slicer.run("tag", "--checkpoint", checkpoint, "Wangari alizaliwa Nyeri.");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo("1\t0\t7\tPER\t0.750\tWangari\n1\t18\t23\tLOC\t0.750\tNyeri\n");
    }

    @Test
    void shouldColourEntitiesInTheTextOnATerminal() {
        // When
        slicer.withColours().run("tag", "--checkpoint", checkpoint, "Wangari alizaliwa Nyeri.");

        // Then
        assertThat(slicer.out())
                .isEqualTo("\033[1;36mWangari\033[0m\033[2m[PER]\033[0m alizaliwa "
                        + "\033[1;32mNyeri\033[0m\033[2m[LOC]\033[0m.\n");
    }

    @Test
    void shouldPrintAJsonObjectForEachLineOfStandardInput() throws Exception {
        // When
        int exitCode = slicer.withInput("Wangari.\n\n😀 Nyeri, Nyeri\nnobody\n")
                .run("tag", "--checkpoint", checkpoint, "--language", "sw", "--json");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("tag/tag.jsonl"));
    }

    @Test
    void shouldReadEachLineOfAFileAsAText() throws Exception {
        // Given
        Path file = Files.writeString(home.resolve("texts.txt"), "nobody\n北京欢迎你");

        // When
        slicer.run("tag", "--checkpoint", checkpoint, "--language", "zh", "--file", file.toString());

        // Then
        assertThat(slicer.out()).isEqualTo("2\t0\t2\tLOC\t0.750\t北京\n");
    }

    @Test
    void shouldFailWhenTheFileIsNotThere() {
        // When
        int exitCode = slicer.run(
                "tag",
                "--checkpoint",
                checkpoint,
                "--file",
                home.resolve("no.txt").toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).isEqualTo("slicer: there is no file " + home.resolve("no.txt") + "\n");
    }

    @Test
    void shouldFailWhenTheFileIsNotUtf8() throws Exception {
        // Given
        Path file = Files.write(home.resolve("latin1.txt"), "Zürich".getBytes(StandardCharsets.ISO_8859_1));

        // When
        int exitCode = slicer.run("tag", "--checkpoint", checkpoint, "--file", file.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).isEqualTo("slicer: " + file + ":1: not UTF-8\n");
    }

    @Test
    void shouldSayThatStandardInputIsUtf16() {
        // When
        int exitCode =
                slicer.withInput("\ufeffNyeri", StandardCharsets.UTF_16LE).run("tag", "--checkpoint", checkpoint);

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err())
                .isEqualTo(
                        "slicer: standard input:1: not UTF-8 but UTF-16, as its first bytes say; convert it, as with iconv "
                                + "-f UTF-16 -t UTF-8\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLeaveOutTheMarkBeforeTheFirstLine(boolean ofFile) throws Exception {
        // Given: the mark is only one where nothing is before it
        String text = "\ufeffNyeri\nNyeri \ufeffNyeri\n";
        Path file = Files.writeString(home.resolve("marked.txt"), text);

        // When
        if (ofFile) {
            slicer.run("tag", "--checkpoint", checkpoint, "--json", "--file", file.toString());
        } else {
            slicer.withInput(text).run("tag", "--checkpoint", checkpoint, "--json");
        }

        // Then
        assertThat(slicer.out().lines().toList())
                .hasSize(2)
                .satisfies(line -> assertThat(line).contains("\"text\":\"Nyeri\"", "\"start\":0,\"end\":5"), atIndex(0))
                .satisfies(
                        line -> assertThat(line).contains("\"text\":\"Nyeri \ufeffNyeri\"", "\"start\":7"), atIndex(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndATextWithALineFeedAndNotWithACarriageReturn(boolean ofFile) throws Exception {
        // Given
        String text = "Wangari\rNyeri\r\nNyeri\n";
        Path file = Files.writeString(home.resolve("returns.txt"), text);

        // When
        if (ofFile) {
            slicer.run("tag", "--checkpoint", checkpoint, "--file", file.toString());
        } else {
            slicer.withInput(text).run("tag", "--checkpoint", checkpoint);
        }

        // Then
        assertThat(slicer.out())
                .isEqualTo("1\t0\t7\tPER\t0.750\tWangari\n1\t8\t13\tLOC\t0.750\tNyeri\n2\t0\t5\tLOC\t0.750\tNyeri\n");
    }

    @Test
    void shouldTakeTheArgumentForOneTextWhateverLinesItHas() {
        // When
        slicer.run("tag", "--checkpoint", checkpoint, "Wangari\r\n\nNyeri\n");

        // Then
        assertThat(slicer.out()).isEqualTo("1\t0\t7\tPER\t0.750\tWangari\n1\t10\t15\tLOC\t0.750\tNyeri\n");
    }

    @Test
    void shouldRefuseALanguageThatIsNoCode() {
        // When
        int exitCode = slicer.run("tag", "--checkpoint", checkpoint, "--language", "Kiswahili sanifu", "Nyeri");

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(slicer.err()).startsWith("slicer: language must be a BCP 47 code such as sw or zh-Hant\n");
    }

    @Test
    void shouldSayHowToGetACheckpointWhenTheStoreIsEmpty() {
        // When
        int exitCode = slicer.run("tag", "Nyeri");

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err())
                .isEqualTo("slicer: there is no checkpoint in " + home.resolve("checkpoints")
                        + "; train one with slicer train, or name one with --checkpoint\n");
    }

    @Test
    void shouldHandTheEnginesOptionsOn() {
        // When
        slicer.run("tag", "--checkpoint", checkpoint, "--precision", "bf16", "--threads", "2", "Nyeri");

        // Then
        assertThat(slicer.options().precision()).contains(Precision.BF16);
        assertThat(slicer.options().threads()).hasValue(2);
        assertThat(slicer.options().gpu()).isEmpty();
    }
}
