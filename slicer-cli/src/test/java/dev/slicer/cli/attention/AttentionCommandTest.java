package dev.slicer.cli.attention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.cli.CommandLineFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttentionCommandTest {
    @TempDir
    Path home;

    private CommandLineFixture slicer;
    private String tuned;

    @BeforeEach
    void commandLine() {
        slicer = new CommandLineFixture(home);
        tuned = slicer.checkpoint("runs/tuned").toString();
    }

    @Test
    void shouldPrintATableByLayerAndModel() throws Exception {
        // When
        int exitCode =
                slicer.run("attention", "--model", "mbert", "after training=" + tuned, "--corpus", "sample:sw.test");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("attention/attention.txt"));
    }

    @Test
    void shouldPrintOneJsonObject() throws Exception {
        // When
        int exitCode = slicer.run(
                "attention",
                "--model",
                "mbert",
                "--model",
                "tuned=" + tuned,
                "--corpus",
                "sample:sw.test",
                "sample:yo.test",
                "--max-sentences",
                "5",
                "--tokens",
                "entities",
                "--json");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("attention/attention.json"));
    }

    @Test
    void shouldWriteEveryFormToTheFolderAndTheFilesNamed() throws Exception {
        // Given
        Path gauges = home.resolve("textfile/slicer.prom");
        Path picture = home.resolve("picture.svg");
        Path folder = home.resolve("results/attention");

        // When
        int exitCode = slicer.run(
                "attention",
                "--model",
                "mbert",
                "--corpus",
                "sample:sw.test",
                "--prometheus",
                gauges.toString(),
                "--svg",
                picture.toString(),
                "--output",
                folder.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(gauges.getParent())
                .isDirectoryContaining("glob:**slicer.prom")
                .isDirectoryNotContaining("glob:**.slicer*");
        assertThat(Files.readString(gauges)).endsWith("{model=\"mbert\",layer=\"2\"} 0.0625\n");
        assertThat(Files.getPosixFilePermissions(gauges)).contains(PosixFilePermission.GROUP_READ);
        assertThat(picture).content().startsWith("<svg ").contains("(sw.test)</title>", "mbert, layer 2: 0.0625");
        assertThat(folder.resolve("attention.prom")).hasSameTextualContentAs(gauges);
        assertThat(folder.resolve("attention.svg")).hasSameTextualContentAs(picture);
        assertThat(folder.resolve("attention.txt")).hasContent(slicer.out());
        assertThat(folder.resolve("attention.json")).content().contains("\"byLayer\" : [ 0.125, 0.0625 ]");
    }

    @Test
    void shouldReplaceWhatAnEarlierRunWrote() throws Exception {
        // Given
        Path gauges = Files.writeString(home.resolve("slicer.prom"), "an earlier and much longer text".repeat(100));

        // When
        slicer.run("attention", "--model", "mbert", "--corpus", "sample:sw.test", "--prometheus", gauges.toString());

        // Then
        assertThat(gauges).content().startsWith("# HELP").doesNotContain("earlier");
    }

    @Test
    void shouldSayWhatCannotBeWrittenOrFound() throws Exception {
        // Given
        Path file = Files.writeString(home.resolve("file"), "");

        // Then
        fails(
                "cannot write " + file + "/a.svg: ",
                "--model",
                "mbert",
                "--corpus",
                "sample:sw.test",
                "--svg",
                file + "/a.svg");
        fails("there is no folder runs/absent", "--model", "runs/absent", "--corpus", "sample:sw.test");
        fails(
                home.resolve("checkpoints/absent") + ": there is no such",
                "--model",
                "absent",
                "--corpus",
                "sample:sw.test");
        fails("absent.conll", "--model", "mbert", "--corpus", "absent.conll");
    }

    private void fails(String problem, String... arguments) {
        CommandLineFixture fresh = new CommandLineFixture(home);
        String[] all = new String[arguments.length + 1];
        all[0] = "attention";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertThat(fresh.run(all)).isEqualTo(1);
        assertThat(fresh.err()).contains("slicer: " + problem);
    }
}
