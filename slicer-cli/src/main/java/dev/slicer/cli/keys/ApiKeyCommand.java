package dev.slicer.cli.keys;

import dev.slicer.access.ApiKey;
import dev.slicer.access.KeyEntry;
import dev.slicer.access.KeyFile;
import dev.slicer.access.KeyFileException;
import dev.slicer.access.Role;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "api-key", description = "Make keys by which the services know their callers.")
public final class ApiKeyCommand {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    public ApiKeyCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /** What {@code --json} prints. */
    private record Made(String key, KeyEntry entry) {}

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Make a key, and the line that has the services accept it.",
                "",
                "The key is shown this once: the line has a salted hash of it. Services read their file again when it changes. "
                        + "To exchange a key, make a second one of the same name, and take the first one's line out when "
                        + "nobody sends it any more."
            },
            footer = {
                "",
                "Roles: tag (have texts tagged), read (see jobs, checkpoints, scores and what goes on), train (ask for runs and "
                        + "cancel them), operate (decide which model serves).",
                "",
                "Exit codes: 0 done; 1 the file cannot be used; 2 wrong usage.",
                "",
                "Examples:",
                "  ./slicer api-key create --name page --roles tag,read --file keys.jsonl",
                "  ./slicer api-key create --name pipeline --roles tag --rate 50 --valid-days 90 --json"
            })
    int create(
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            required = true,
                            description = "Whose key it is: what events and the audit log call its holder.")
                    String name,
            @Option(
                            names = "--roles",
                            paramLabel = "ROLE",
                            split = ",",
                            required = true,
                            description = "What its holder may do, parted by commas: tag, read, train, operate.")
                    Set<Role> roles,
            @Option(
                            names = "--rate",
                            paramLabel = "N",
                            description =
                                    "Requests a second, over all keys of the name. Default: the service's own limit.")
                    Optional<Double> rate,
            @Option(
                            names = "--valid-days",
                            paramLabel = "N",
                            description = "Days until the key ends. Default: it does not end.")
                    Optional<Integer> validDays,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description =
                                    "Add the line to this file instead of printing it; the file is made where there is none.")
                    Optional<Path> file,
            @Option(names = "--json", description = "Print key and line as one JSON object.") boolean json) {
        SecureRandom random = new SecureRandom();
        ApiKey key = ApiKey.create(random);
        KeyEntry entry = Usage.checked(
                spec.subcommands().get("create"),
                () -> KeyEntry.of(
                        key,
                        name,
                        roles,
                        rate.map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                        validDays.map(this::end),
                        random));
        file.ifPresent(existing -> add(entry, existing));
        if (json) {
            terminal.printJson(new Made(key.text(), entry));
            return ExitCode.OK;
        }
        terminal.note("The key, shown this once; its holder sends it as Authorization: Bearer KEY");
        terminal.print(key.text());
        if (file.isEmpty()) {
            terminal.note("The line for the file that slicer.security.api-keys.file names");
            terminal.print(entry.toLine());
        }
        return ExitCode.OK;
    }

    private Instant end(int days) {
        if (days < 1) {
            throw new IllegalArgumentException("--valid-days must be at least 1, got " + days);
        }
        return clock.instant().plus(Duration.ofDays(days));
    }

    private static void add(KeyEntry entry, Path file) {
        try {
            String before = "";
            if (Files.exists(file)) {
                KeyFile.read(file);
                String content = Files.readString(file);
                before = content.isEmpty() || content.endsWith("\n") ? "" : "\n";
            }
            Files.writeString(
                    file, before + entry.toLine() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (KeyFileException e) {
            throw new CommandFailedException(e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailedException(file + ": cannot be written: " + IoProblem.of(e), e);
        }
    }
}
