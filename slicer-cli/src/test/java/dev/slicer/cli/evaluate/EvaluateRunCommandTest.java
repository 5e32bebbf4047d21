package dev.slicer.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.cli.CommandLineFixture;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.ScoreLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluateRunCommandTest extends CommandOnCorpora {
    @Test
    void shouldScoreARunUnderAllProtocols() throws Exception {
        // Given
        Path last = train();
        Path results = home.resolve("scores.jsonl");
        for (String snapshot : List.of("step-1", "step-2")) {
            copy(last, last.resolveSibling(snapshot));
        }

        // When
        int exitCode = slicer.run(
                "evaluate-run",
                "--checkpoint",
                last.toString(),
                "--test",
                swahili.toString(),
                "yo=" + yoruba,
                "--label-map",
                "DATE=O",
                "--results",
                results.toString(),
                "--benchmark",
                "tiny",
                "--source",
                "xx",
                "--snapshot",
                last.resolveSibling("step-1").toString(),
                "2=" + last.resolveSibling("step-2"),
                "--validation",
                "yo=" + yoruba,
                "--average-last",
                "2");

        // Then
        assertThat(exitCode).as(slicer.err()).isZero();
        assertThat(slicer.out()).endsWith(CommandLineFixture.golden("evaluate/evaluate-run.txt"));
        assertThat(new ScoreLog(results).read())
                .hasSize(15)
                .allMatch(line -> line.source().equals("xx"))
                .extracting(ScoreLine::protocol)
                .containsOnly("last", "best-validation", "average-last-2");
        assertThat(home.resolve("run")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "step-nowhere-7, 1, there is no folder step-nowhere-7",
        "5=nowhere, 1, there is no folder nowhere",
        "newest, 2, 'cannot tell the step of snapshot newest; write --snapshot STEP=newest'"
    })
    void shouldNameASnapshotThatCannotBeScoredBeforeItScores(String snapshot, int expected, String problem)
            throws Exception {
        // When
        int exitCode = slicer.run(
                "evaluate-run",
                "--checkpoint",
                train().toString(),
                "--test",
                "yo=" + yoruba,
                "--results",
                home.resolve("scores.jsonl").toString(),
                "--benchmark",
                "tiny",
                "--snapshot",
                snapshot,
                "--average-last",
                "2");

        // Then
        assertThat(exitCode).isEqualTo(expected);
        assertThat(slicer.err()).contains("slicer: " + problem).doesNotContain("sentences, at");
    }

    @Test
    void shouldRefuseAnAverageAsTheLastCheckpointOfARun() throws Exception {
        // Given: a manifest as slicer average writes it
        Path average = train();
        Path manifest = average.resolve("slicer.json");
        Files.writeString(
                manifest,
                Files.readString(manifest).replace("\"classifier\"", "\"averagedFrom\" : [ ],\n    \"classifier\""));

        // When
        int exitCode = slicer.run(
                "evaluate-run",
                "--checkpoint",
                average.toString(),
                "--test",
                "yo=" + yoruba,
                "--results",
                home.resolve("scores.jsonl").toString(),
                "--benchmark",
                "tiny",
                "--snapshot",
                "1=" + checkpoint,
                "--average-last",
                "2");

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err())
                .contains(average + " is an average of checkpoints, not the last checkpoint of a run")
                .doesNotContain("sentences, at");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
