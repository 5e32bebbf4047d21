package dev.slicer.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.cli.CommandLineFixture;
import dev.slicer.experiments.ScoreLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvaluateCommandTest extends CommandOnCorpora {
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
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("evaluate/evaluate.txt"));
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
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("evaluate/evaluate.json"));
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

    @Test
    void shouldReadTheColumnThatIsAskedForAndGuessNone() throws Exception {
        // Given: a column of entities, and one of those inside of them
        Path nested =
                Files.writeString(home.resolve("de.test.tsv"), "1\tNyeri\tB-LOC\tO\n2\tBank\tO\tB-ORG\n3\t.\tO\tO\n");
        String[] arguments = {"evaluate", "--checkpoint", checkpoint, "--test", nested.toString(), "--json"};

        // When
        int guessed = slicer.run(arguments);
        String out = slicer.out();
        String err = slicer.err();
        int asked = slicer.run(Stream.concat(Stream.of(arguments), Stream.of("--tag-column", "3"))
                .toArray(String[]::new));

        // Then
        assertThat(guessed).isEqualTo(1);
        assertThat(out).isEmpty();
        assertThat(err)
                .isEqualTo("slicer: " + nested
                        + ": columns 3 and 4 hold tags; say which one counts with --tag-column (in requests and sweeps "
                        + "tagColumn)\n");
        assertThat(asked).isZero();
        assertThat(slicer.out()).contains("\"f1\":1.0");
        assertThat(slicer.run("evaluate", "--test", nested.toString(), "--tag-column", "0"))
                .isEqualTo(2);
        assertThat(slicer.err()).contains("columns are counted from 1, so none is 0");
    }

    @Test
    void shouldReadTypeOAsOutside() throws Exception {
        // Given: every word has a prefix, those outside too, in the columns of CoNLL 2003
        Path inside = Files.writeString(
                home.resolve("de.test.conll"),
                "Wangari NNP I-NP I-PER\nalizaliwa VBZ I-VP I-O\nNyeri NNP I-NP I-LOC\n. . O O\n");

        // When
        int exitCode = slicer.run("evaluate", "--checkpoint", checkpoint, "--test", inside.toString(), "--json");

        // Then
        assertThat(exitCode).as(slicer.err()).isZero();
        assertThat(slicer.out()).contains("\"f1\":1.0").doesNotContain("\"O\"");
    }

    @Test
    void shouldSayThatACorpusHasNoEntity() throws Exception {
        // Given
        Path outside = Files.writeString(home.resolve("ha.test.conll"), "jana O\nleo O\n");

        // When
        int exitCode = slicer.run("evaluate", "--checkpoint", checkpoint, "--test", outside.toString(), "yo=" + yoruba);

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.err())
                .startsWith(
                        "ha.test.conll (ha) has no entity: what is found in it is wrong, and its F1 is 0 in any case\n")
                .doesNotContain("data.conll (yo)");
    }

    @Test
    void shouldPrintAllScoringsSideBySide() throws Exception {
        // When
        int exitCode = slicer.run(
                "evaluate",
                "--checkpoint",
                checkpoint,
                "--test",
                swahili.toString(),
                "yo=" + yoruba,
                "--label-map",
                "DATE=O",
                "--scoring",
                "all",
                "--by-type");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("evaluate/evaluate-all.txt"));
    }

    @Test
    void shouldPrintAllScoringsAsOneJsonObject() throws Exception {
        // When
        int exitCode = slicer.run(
                "evaluate", "--checkpoint", checkpoint, "--test", "yo=" + yoruba, "--scoring", "all", "--json");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).isEqualTo(CommandLineFixture.golden("evaluate/evaluate-all.json"));
    }

    @Test
    void shouldRefuseTypesThatTheCheckpointDoesNotKnow() {
        // When
        int exitCode = slicer.run("evaluate", "--checkpoint", checkpoint, "--test", swahili.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err())
                .startsWith("slicer: sw.test.conll: has entities of types that a-checkpoint does not know: DATE")
                .contains("sentence 2", "--label-map DATE=O");
    }

    @Test
    void shouldAddTheScoresOfACheckpointToTheResults() throws Exception {
        // Given
        Path last = train();
        Path results = home.resolve("results/scores.jsonl");

        // When
        int exitCode = slicer.run(
                "evaluate",
                "--checkpoint",
                last.toString(),
                "--test",
                "yo=" + yoruba,
                "--results",
                results.toString(),
                "--benchmark",
                "tiny");

        // Then
        assertThat(exitCode).as(slicer.err()).isZero();
        assertThat(slicer.err()).contains("3 scores (last) added to " + results);
        assertThat(results).hasContent(CommandLineFixture.golden("evaluate/evaluate-results.jsonl"));
    }

    @Test
    void shouldNeedAManifestToRecordScores() {
        // When
        int exitCode = slicer.run(
                "evaluate",
                "--checkpoint",
                checkpoint,
                "--test",
                "yo=" + yoruba,
                "--results",
                home.resolve("scores.jsonl").toString(),
                "--benchmark",
                "tiny");

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).startsWith("slicer: " + Path.of(checkpoint, "slicer.json") + ": file is missing");
    }

    @Test
    void shouldNotTakeAnAverageForTheLastModelOfARun() throws Exception {
        // Given: a manifest as slicer average writes it
        Path average = train();
        Path manifest = average.resolve("slicer.json");
        Files.writeString(
                manifest,
                Files.readString(manifest).replace("\"classifier\"", "\"averagedFrom\" : [ ],\n    \"classifier\""));
        Path results = home.resolve("scores.jsonl");
        List<String> command = List.of(
                "evaluate",
                "--checkpoint",
                average.toString(),
                "--test",
                "yo=" + yoruba,
                "--results",
                results.toString(),
                "--benchmark",
                "tiny");

        // When
        int unsaid = slicer.run(command.toArray(String[]::new));
        int said = slicer.run(Stream.concat(command.stream(), Stream.of("--protocol", "average-runs-2"))
                .toArray(String[]::new));

        // Then
        assertThat(unsaid).isEqualTo(1);
        assertThat(slicer.err()).contains(average + " is an average of checkpoints; give --protocol");
        assertThat(said).as(slicer.err()).isZero();
        assertThat(new ScoreLog(results).read())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.seed()).isEmpty());
    }
}
