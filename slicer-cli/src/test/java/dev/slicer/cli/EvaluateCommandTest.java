package dev.slicer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    @TempDir
    Path home;

    private CommandLineFixture slicer;
    private String checkpoint;
    private Path swahili;
    private Path yoruba;

    @BeforeEach
    void corpora() throws IOException {
        slicer = new CommandLineFixture(home);
        checkpoint = slicer.checkpoint("a-checkpoint").toString();
        // The engine of the fixture knows Wangari and Nyeri: it finds both here, misses Kenya and the rest of the name.
        swahili = Files.writeString(
                home.resolve("sw.test.conll"),
                "Wangari B-PER\nMaathai I-PER\nNyeri B-LOC\n\nKenya B-LOC\njana B-DATE\n\n");
        yoruba = Files.writeString(home.resolve("data.conll"), "Nyeri B-LOC\n\n");
    }

    @Test
    void shouldPrintATableByLanguageAndType() throws Exception {
        // When
        int exitCode = slicer.run(
                "evaluate",
                "--checkpoint",
                checkpoint,
                "--test",
                swahili.toString(),
                "--test",
                "yo=" + yoruba,
                "--label-map",
                "DATE=O",
                "--by-type");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("evaluate.txt"));
    }

    @Test
    void shouldPrintOneJsonObject() throws Exception {
        // When
        int exitCode = slicer.run(
                "evaluate",
                "--checkpoint",
                checkpoint,
                "--test",
                swahili.toString(),
                "--scoring",
                "conlleval",
                "--label-map",
                "DATE=O",
                "--json");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("evaluate.json"));
    }

    @Test
    void shouldScoreAllLanguagesOfTheSample() {
        // When
        int exitCode = slicer.run("evaluate", "--checkpoint", checkpoint, "--sample");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out().lines().map(line -> line.split(" ")[0])).contains("en", "sw", "zh", "mean");
    }

    @Test
    void shouldNameFileAndLineOfABadCorpus() throws Exception {
        // Given
        Path bad = Files.writeString(home.resolve("sw.bad.conll"), "Wangari B-PER\nMaathai\n");

        // When
        int exitCode = slicer.run("evaluate", "--checkpoint", checkpoint, "--test", bad.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).startsWith("slicer: " + bad + ":2: ");
    }
}
