package dev.slicer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "train",
                "tag",
                "evaluate",
                "evaluate-run",
                "sweep",
                "average",
                "trim",
                "attention",
                "report",
                "publish",
                "promote",
                "rollback",
                "replay"
            })
    void shouldExplainEachCommandWithExitCodesAndAnExample(String command) {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run(command, "--help");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out())
                .startsWith("Usage: slicer " + command)
                .contains("--json", "Exit codes: 0 ", "Example", "./slicer " + command);
        assertThat(slicer.err()).isEmpty();
    }

    @Test
    void shouldListTheCommandsInItsHelp() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("--help");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out())
                .contains(
                        "  demo ",
                        "  train ",
                        "  tag ",
                        "  evaluate ",
                        "  evaluate-run ",
                        "  sweep ",
                        "  average ",
                        "  trim ",
                        "  attention ",
                        "  report ",
                        "  publish ",
                        "  promote ",
                        "  rollback ",
                        "  replay ",
                        "  api-key ",
                        "  acls ",
                        "  topics ",
                        "  completion ",
                        "Begin with: ./slicer demo");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tag --nope                                 | Unknown option: '--nope'                | ./slicer tag --help",
                "train                                      | Missing required option: '--train       | ./slicer train --help",
                "train --train sample:en.train --batch many | 'many' is not a whole number           | ./slicer train --help",
                "train --train sample:en.train --batch 0    | batchSize must be at least 1, got 0     | ./slicer train --help",
                "train --train sample:en.train --label-map X| 'X' is not of the form OLD=NEW          | ./slicer train --help",
                "train --train a --output x --store y       | are mutually exclusive                  | ./slicer train --help",
                "train --train sample:en.train --output my+model | id, which must begin with a letter or digit | ./slicer train --help",
                "average --checkpoint a b --output my+model | id, which must begin with a letter or digit | ./slicer average --help",
                "trim --language sw --output my+model       | id, which must begin with a letter or digit | ./slicer trim --help",
                "evaluate                                   | Missing required argument               | ./slicer evaluate --help",
                "evaluate --test data.conll                 | cannot tell the language of data.conll; | ./slicer evaluate --help",
                "average                                    | Missing required option: '--checkpoint  | ./slicer average --help",
                "attention --model mbert                    | Missing required option: '--corpus      | ./slicer attention --help",
                "attention --model a --model a --corpus c   | two models are called a; give them names| ./slicer attention --help",
                "attention --model hf:?/ --corpus sample:sw.test | '?/' is no HuggingFace repository  | ./slicer attention --help",
                "attention --model a --corpus c --tokens no | expected one of [ALL, WORDS, ENTITIES]  | ./slicer attention --help",
                "attention --model a --corpus c --max-sentences 0 | must be at least 1                | ./slicer attention --help",
                "evaluate --sample --scoring loose          | none of strict, conlleval, sub-token, all | ./slicer evaluate --help",
                "evaluate --sample --results r              | Missing required argument(s): --benchmark | ./slicer evaluate --help",
                "evaluate --sample --protocol last          | Missing required argument(s): --results | ./slicer evaluate --help",
                "evaluate --sample --results r --benchmark b --protocol best | 'best' is no protocol  | ./slicer evaluate --help",
                "evaluate --sample --snapshot s             | options of ./slicer evaluate-run now    | ./slicer evaluate --help",
                "evaluate --sample --results r --average-last 2 | options of ./slicer evaluate-run now | ./slicer evaluate --help",
                "evaluate --publish --sample --benchmark b  | its own now: ./slicer publish           | ./slicer evaluate --help",
                "evaluate --sample --prefix p. --publish    | its own now: ./slicer publish           | ./slicer evaluate --help",
                "evaluate --sample --prefix p.              | Unknown options: '--prefix'             | ./slicer evaluate --help",
                "evaluate-run --sample --results r --benchmark b | Missing required option: '--snapshot | ./slicer evaluate-run --help",
                "evaluate-run --sample --snapshot s         | Missing required options: '--results=FILE', '--benchmark=NAME' | ./slicer evaluate-run --help",
                "evaluate-run --sample --results r --benchmark b --snapshot s | --snapshot needs --validation, --average-last | ./slicer evaluate-run --help",
                "evaluate-run --protocol last --sample --results r --benchmark b --snapshot s | Unknown options: '--protocol' | ./slicer evaluate-run --help",
                "evaluate-run --by-type --sample --results r --benchmark b --snapshot s | Unknown option: '--by-type' | ./slicer evaluate-run --help",
                "publish --sample                           | Missing required option: '--benchmark=NAME' | ./slicer publish --help",
                "publish --benchmark b                      | Missing required argument               | ./slicer publish --help",
                "publish --sample --benchmark b --by-type   | Unknown option: '--by-type'             | ./slicer publish --help",
                "publish --sample --benchmark b --results r | Unknown options: '--results', 'r'       | ./slicer publish --help",
                "publish --sample --benchmark b --store s   | Unknown options: '--store', 's'         | ./slicer publish --help",
                "completion fish                            | Unmatched argument at index 1: 'fish'   | ./slicer completion --help",
                "promote                                    | Missing required parameter: 'ID'        | ./slicer promote --help",
                "promote a --prefix ?                       | a topic prefix has up to 200            | ./slicer promote --help",
                "rollback --by=                             | --by needs a name                       | ./slicer rollback --help",
                "rollback a                                 | Unmatched argument at index 1: 'a'      | ./slicer rollback --help",
                "tag text --file f                          | give either TEXT or --file, not both    | ./slicer tag --help",
                "report                                     | Missing required parameter: 'RESULTS'    | ./slicer report --help",
                "report r --output o --into i               | are mutually exclusive                  | ./slicer report --help",
                "report r --charts c                        | --charts is for --into                  | ./slicer report --help",
                "fly                                        | Unmatched argument at index 0: 'fly'    | ./slicer --help",
            })
    void shouldSayWhatIsWrongWithItsUsageAndWhereTheHelpIs(String arguments, String problem, String help) {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run(arguments.split(" "));

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(slicer.err()).startsWith("slicer: ").contains(problem).endsWith("Help: " + help + "\n");
        assertThat(slicer.out()).isEmpty();
    }
}
