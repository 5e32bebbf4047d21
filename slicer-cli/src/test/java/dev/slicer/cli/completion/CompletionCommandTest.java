package dev.slicer.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slicer.cli.CommandLineFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {
    /** A command as the help lists it. */
    private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z-]+)  +\\S");

    @TempDir
    Path folder;

    private CommandLineFixture slicer;
    private Path script;

    @BeforeEach
    void writeScript() throws IOException {
        slicer = new CommandLineFixture(folder);
        assertThat(slicer.run("completion")).isZero();
        script = Files.writeString(folder.resolve("completion.bash"), slicer.out());
    }

    @Test
    void shouldNameEveryCommandOfTheHelp() {
        // Given
        CommandLineFixture help = new CommandLineFixture(folder);
        help.run("--help");
        List<String> commands = COMMAND.matcher(help.out())
                .results()
                .map(found -> found.group(1))
                .toList();

        // When
        Matcher known = Pattern.compile("(?m)^  local commands=\"([^\"]*)\"").matcher(slicer.out());

        // Then
        assertThat(commands).contains("demo", "evaluate", "evaluate-run", "publish", "completion");
        assertThat(known.find()).isTrue();
        assertThat(known.group(1).split(" ")).containsExactlyInAnyOrderElementsOf(commands);
    }

    @Test
    void shouldNotOfferOptionsThatMovedToOtherCommands() {
        assertThat(slicer.out()).contains("--by-type").doesNotContain("--publish");
    }

    @Test
    void shouldBeAScriptThatBashReads() throws Exception {
        assumeTrue(bash("-c", "true").exitCode() == 0, "needs bash");

        assertThat(bash("-n", script.toString())).isEqualTo(new Output(0, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "'./slicer evaluate', 'evaluate evaluate-run'",
        "'./slicer publish --bench', --benchmark",
        "'./slicer promote --rea', --reason"
    })
    void shouldCompleteWhatIsTyped(String typed, String expected) throws Exception {
        // Given
        assumeTrue(bash("-c", "true").exitCode() == 0, "needs bash");
        // compopt is for bash alone to call, while it completes.
        String complete = "compopt() { :; }; source " + script + "; COMP_WORDS=(" + typed
                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
                + "COMP_LINE='" + typed + "'; COMP_POINT=${#COMP_LINE}; _complete_slicer ./slicer; "
                + "printf '%s\\n' \"${COMPREPLY[@]}\"";

        // When
        Output output = bash("-c", complete);

        // Then
        assertThat(output.exitCode()).as(output.text()).isZero();
        assertThat(output.text().lines()).containsExactlyInAnyOrder(expected.split(" "));
    }

    private record Output(int exitCode, String text) {}

    private static Output bash(String... arguments) throws Exception {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of("bash"), Stream.of(arguments))
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Output(process.waitFor(), text);
        } catch (IOException noBash) {
            return new Output(127, noBash.getMessage());
        }
    }
}
