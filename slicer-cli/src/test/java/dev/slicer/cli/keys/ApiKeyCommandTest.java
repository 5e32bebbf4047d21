package dev.slicer.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.access.ApiKey;
import dev.slicer.access.KeyEntry;
import dev.slicer.access.KeyFile;
import dev.slicer.access.Role;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeyCommandTest {
    private static final Instant NOW = CommandLineFixture.CLOCK.instant();

    @TempDir
    Path home;

    private CommandLineFixture slicer;
    private Path file;

    @BeforeEach
    void start() {
        slicer = new CommandLineFixture(home);
        file = home.resolve("keys.jsonl");
    }

    @Test
    void shouldPrintAKeyOnceAndAddTheLineByWhichAServiceKnowsIt() throws Exception {
        // When
        int exitCode =
                slicer.run("api-key", "create", "--name", "page", "--roles", "tag,read", "--file", file.toString());

        // Then
        assertThat(exitCode).as(slicer.err()).isZero();
        ApiKey key = ApiKey.parse(slicer.out().strip()).orElseThrow();
        KeyEntry entry = KeyFile.read(file).find(key, NOW).orElseThrow();
        assertThat(entry.name()).isEqualTo("page");
        assertThat(entry.roles()).containsExactlyInAnyOrder(Role.TAG, Role.READ);
        assertThat(entry.requestsPerSecond()).isEmpty();
        assertThat(entry.expires()).isEmpty();
        assertThat(Files.readString(file)).doesNotContain(key.text());
    }

    @Test
    void shouldAddASecondKeyToAFileWhoseLastLineHasNoEnd() throws Exception {
        // Given
        slicer.run("api-key", "create", "--name", "page", "--roles", "tag", "--file", file.toString());
        ApiKey first = ApiKey.parse(slicer.out().strip()).orElseThrow();
        Files.writeString(file, "# ours\n" + Files.readString(file).strip());
        CommandLineFixture again = new CommandLineFixture(home);

        // When
        again.run("api-key", "create", "--name", "page", "--roles", "tag", "--file", file.toString());

        // Then
        ApiKey second = ApiKey.parse(again.out().strip()).orElseThrow();
        assertThat(KeyFile.read(file).find(first, NOW)).isPresent();
        assertThat(KeyFile.read(file).find(second, NOW)).isPresent();
    }

    @Test
    void shouldPrintTheLineWhereNoFileIsNamed() throws Exception {
        // When
        slicer.run("api-key", "create", "--name", "pipeline", "--roles", "tag", "--rate", "50", "--valid-days", "90");

        // Then
        String[] lines = slicer.out().split("\n");
        Files.writeString(file, lines[1]);
        ApiKey key = ApiKey.parse(lines[0]).orElseThrow();
        KeyEntry entry = KeyFile.read(file).find(key, NOW).orElseThrow();
        assertThat(entry.requestsPerSecond()).isEqualTo(OptionalDouble.of(50));
        assertThat(entry.expires()).hasValue(NOW.plus(Duration.ofDays(90)));
    }

    @Test
    void shouldPrintOneObjectForPrograms() throws Exception {
        // When
        slicer.run("api-key", "create", "--name", "pipeline", "--roles", "tag", "--json");

        // Then
        JsonNode made = Json.mapper().readTree(slicer.out());
        ApiKey key = ApiKey.parse(made.path("key").asText()).orElseThrow();
        Files.writeString(file, made.path("entry").toString());
        assertThat(KeyFile.read(file).find(key, NOW)).map(KeyEntry::roles).hasValue(Set.of(Role.TAG));
    }

    @Test
    void shouldNotAddToAFileThatServicesCouldNotRead() throws Exception {
        // Given
        Files.writeString(file, "{}\n");

        // When
        int exitCode = slicer.run("api-key", "create", "--name", "page", "--roles", "tag", "--file", file.toString());

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(slicer.err()).contains("keys.jsonl, line 1");
        assertThat(slicer.out()).isEmpty();
        assertThat(Files.readString(file)).isEqualTo("{}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api-key                                              | Missing required subcommand",
                "api-key create --roles tag                           | Missing required option: '--name",
                "api-key create --name page                           | Missing required option: '--roles",
                "api-key create --name page --roles admin             | expected one of [TAG, READ, TRAIN, OPERATE]",
                "api-key create --name a/b --roles tag                | name must be up to 100 letters",
                "api-key create --name anonymous --roles tag          | name must not be anonymous",
                "api-key create --name page --roles tag --rate 0      | requestsPerSecond must be a number above 0",
                "api-key create --name page --roles tag --valid-days 0| --valid-days must be at least 1"
            })
    void shouldSayWhatIsWrongWithItsUsage(String arguments, String problem) {
        // When
        int exitCode = slicer.run(arguments.strip().split(" "));

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(slicer.err()).contains(problem).contains("--help");
    }
}
