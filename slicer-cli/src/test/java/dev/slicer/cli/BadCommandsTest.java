package dev.slicer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.words.UsersWords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that cannot be done: with an engine that is played, and with the real one where a model is to be opened. */
class BadCommandsTest {
    /** Names of files, by what is in them; each is given wherever a command takes a file or a folder. */
    private static final Map<String, byte[]> FILES = Map.ofEntries(
            Map.entry("empty", new byte[0]),
            Map.entry("blank", " \n\n".getBytes(StandardCharsets.UTF_8)),
            Map.entry("text", "Wangari Maathai\n".getBytes(StandardCharsets.UTF_8)),
            Map.entry("latin1", "\u00e9 O\n".getBytes(StandardCharsets.ISO_8859_1)),
            Map.entry("zeros", new byte[100]),
            Map.entry("cut.json", "{\"a\": [1, ".getBytes(StandardCharsets.UTF_8)),
            Map.entry("list.json", "[1]".getBytes(StandardCharsets.UTF_8)),
            Map.entry("other.json", "{\"a\": {\"b\": null}}".getBytes(StandardCharsets.UTF_8)),
            Map.entry("twice.yaml", "name: a\nname: b\n".getBytes(StandardCharsets.UTF_8)),
            Map.entry("broken.yaml", "name: a: b\n\t- [".getBytes(StandardCharsets.UTF_8)),
            Map.entry(
                    "wrong.yaml",
                    "name: a\nsources: 7\nh: [x]\nlearningRate: fast\nseeds: {}\n".getBytes(StandardCharsets.UTF_8)),
            Map.entry("wrong.jsonl", "{\"tokens\": 7}\n".getBytes(StandardCharsets.UTF_8)),
            Map.entry("columns.conll", "Nyeri\tB-LOC\nx\n".getBytes(StandardCharsets.UTF_8)),
            Map.entry("tags.conll", "Nyeri B-\n\n".getBytes(StandardCharsets.UTF_8)));

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void prepare() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        Files.createDirectory(folder.resolve("folder"));
        // Nobody answers at the addresses that are given, and it need not take long to find out.
        Files.writeString(
                folder.resolve("quick"),
                "request.timeout.ms=200\ndefault.api.timeout.ms=300\nmax.block.ms=300\ndelivery.timeout.ms=300\n");
        // What passes for a checkpoint at a glance.
        for (String broken : List.of("cut.json", "list.json", "other.json", "empty", "zeros")) {
            Path model = Files.createDirectory(folder.resolve("model-" + broken));
            for (String name : List.of("config.json", "tokenizer.json", "model.safetensors", "manifest.json")) {
                Files.write(model.resolve(name), FILES.get(broken));
            }
        }
    }

    /** {@code @} is each of the files, one after the other, and what is not there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tag --file @ --checkpoint folder",
                "tag Nyeri --checkpoint @",
                "train --train @",
                "train --train sample:en.train --model @",
                "train --train sample:en.train --resumable @",
                "train --train sample:en.train --output @/x",
                "train --train sample:en.train --store @",
                "evaluate --test sw=@ --checkpoint folder",
                "evaluate --sample --checkpoint @",
                "evaluate --sample --checkpoint folder --benchmark b --results @/x",
                "evaluate-run --sample --checkpoint folder --benchmark b --results new --average-last 1 --snapshot 1=@",
                "evaluate-run --sample --checkpoint folder --benchmark b --results @/x --average-last 1 --snapshot 1=folder",
                "publish --test sw=@ --benchmark b --bootstrap-servers 127.0.0.1:1 --kafka-config quick",
                "sweep @",
                "sweep @ --trainer http://127.0.0.1:1",
                "average --checkpoint @ folder --output new",
                "average --checkpoint @ @ --output new",
                "trim @ --text text --output new",
                "trim folder --text @ --output new",
                "trim folder --corpus @ --output new",
                "trim model-other.json --language sw --output @",
                "attention --model @ --corpus sample:sw.test",
                "attention --model mbert --corpus @",
                "attention --model mbert --corpus sample:sw.test --svg @/x",
                "verify @",
                "verify folder --trusted-keys @",
                "tag Nyeri --checkpoint folder --trusted-keys @",
                "average --checkpoint folder folder --signing-key @ --output new",
                "train --train sample:en.train --signing-key @",
                "keys @/x",
                "report @",
                "report wrong.jsonl --into @",
            })
    void shouldSayWhatIsWrongWithAFile(String command) throws IOException {
        for (String name : names()) {
            check(command.replace("@", name));
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return java.util.stream.Stream.concat(
                            files.map(file -> file.getFileName().toString()), java.util.stream.Stream.of("gone"))
                    .filter(name -> !name.equals("home") && !name.equals("quick"))
                    .sorted()
                    .toList();
        }
    }

    /** Each option that takes a value, with each of some values; files are in the test above. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "train --train sample:en.train",
                "evaluate --sample",
                "evaluate-run --sample --benchmark b --results new --snapshot 1=folder",
                "publish --sample --bootstrap-servers 127.0.0.1:1 --kafka-config quick",
                "attention --model mbert --corpus sample:sw.test",
                "trim folder",
                "verify folder",
                "promote a --bootstrap-servers 127.0.0.1:1 --kafka-config quick",
                "report text",
                "sweep text",
                "tag text",
                "average --checkpoint a",
                "replay --dry-run --bootstrap-servers 127.0.0.1:1 --kafka-config quick",
            })
    void shouldSayWhatIsWrongWithAnOption(String command) {
        List<String> options = new CommandLineFixture(home).optionsWithValues(command.split(" ")[0]);
        assertThat(options).isNotEmpty();
        for (String option : options) {
            for (String value : List.of("x", "-1", "99999999999999999999", "", "{")) {
                check(command + " " + option + "=" + value);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"promote a", "rollback", "replay", "publish --sample --benchmark b"})
    void shouldSayThatNoBrokerAnswers(String command) {
        assertThat(check(command + " --bootstrap-servers 127.0.0.1:1 --kafka-config quick"))
                .contains("127.0.0.1:1");
        assertThat(check(command + " --kafka-config gone")).contains("there is no " + folder.resolve("gone"));
        check(command + " --kafka-config folder");
        check(command + " --bootstrap-servers ? --kafka-config quick");
    }

    private String check(String command) {
        // Relative names are the folder's; the process has another one.
        String[] arguments = command.split(" ", -1);
        for (int i = 1; i < arguments.length; i++) {
            String start = arguments[i].contains("=") && !arguments[i].startsWith("-") ? "sw=" : "";
            String name = arguments[i].substring(start.length());
            if (!name.startsWith("-")
                    && (Files.exists(folder.resolve(name.replaceAll("/.*", "")))
                            || name.startsWith("gone")
                            || name.startsWith("new"))) {
                arguments[i] = start + folder.resolve(name);
            }
        }
        CommandLineFixture slicer = new CommandLineFixture(home);
        int exitCode = slicer.run(arguments);
        UsersWords.assertSpokenIn(slicer.err(), command);
        assertThat(slicer.err()).as(command).doesNotContain("unexpected error");
        if (exitCode != 0) {
            assertThat(exitCode).as(command).isIn(1, 2);
            assertThat(slicer.err()).as(command).contains("slicer: ");
        }
        return slicer.err();
    }
}
