package dev.slicer.cli.tag;

import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.experiments.Engine;
import dev.slicer.io.Home;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.LanguageTag;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Utf8Lines;
import dev.slicer.text.Utf8Lines.MalformedLineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "tag",
        description = {
            "Find the entities in texts.",
            "",
            "The argument is one text, even with several lines. Without it each line of --file, or of standard input, is a "
                    + "text. LF or CRLF ends a line.",
            "",
            "On a terminal entities are shown in the text, in colour. Elsewhere there is a line for each entity: number "
                    + "of the text, start and end (in UTF-16 units), type, score from 0 to 1, the entity; with tabs "
                    + "between. In the entity a tab, a line end and a backslash are written as \\t, \\n, \\r and \\\\, other "
                    + "controls as \\u0007."
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer tag \"Wangari Maathai alizaliwa Nyeri nchini Kenya.\"",
            "  ./slicer tag --file news.txt --language yo --json > entities.jsonl"
        })
public final class TagCommand implements Callable<Integer> {
    private static final int BATCH = 64;

    private final Terminal terminal;
    private final InputStream input;
    private final Home home;
    private final Engine engine;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "Text to tag.")
    private Optional<String> text = Optional.empty();

    @Option(names = "--file", paramLabel = "FILE", description = "File in UTF-8, a text on each line.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--language",
            paramLabel = "CODE",
            description = "Language of the texts, such as sw or zh-Hant; helps to find the words. Default: detected.")
    private Optional<String> language = Optional.empty();

    @Option(names = "--json", description = "Print a JSON object for each text.")
    private boolean json;

    @Mixin
    private CheckpointArguments checkpoint = new CheckpointArguments();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    public TagCommand(Terminal terminal, InputStream input, Home home, Engine engine) {
        this.terminal = terminal;
        this.input = input;
        this.home = home;
        this.engine = engine;
    }

    /** What {@code --json} prints. */
    private record TaggedText(
            String id,
            String text,
            Optional<String> language,
            Optional<Boolean> languageDetected,
            String modelId,
            List<Entity> entities) {}

    @Override
    public Integer call() throws IOException {
        if (text.isPresent() && file.isPresent()) {
            throw new ParameterException(spec.commandLine(), "give either TEXT or --file, not both");
        }
        language.ifPresent(code -> Usage.checked(spec.commandLine(), () -> LanguageTag.require(code)));
        if (text.isPresent()) {
            tag(tagger -> show(tagger, List.of(document(1, text.get()))));
            return ExitCode.OK;
        }
        // Before the model is loaded, which takes longer than to see that a file is not there.
        try (Utf8Lines lines = lines()) {
            tag(tagger -> tagAll(lines, tagger));
        } catch (MalformedLineException malformed) {
            throw new CommandFailedException(
                    source() + ":" + malformed.number() + ": " + malformed.getMessage(), malformed);
        }
        return ExitCode.OK;
    }

    private interface Texts {
        void tagWith(Tagger tagger) throws IOException;
    }

    private void tag(Texts texts) throws IOException {
        CheckpointArguments.Located located = checkpoint.locate(home);
        try (Tagger tagger = engine.with(engineArguments.toOptions()).tagger(located.files(), located.id())) {
            texts.tagWith(tagger);
        }
    }

    private Utf8Lines lines() throws IOException {
        if (file.isEmpty()) {
            return new Utf8Lines(input);
        }
        if (!Files.isRegularFile(file.get())) {
            throw new CommandFailedException("there is no file " + file.get());
        }
        return new Utf8Lines(Files.newInputStream(file.get()));
    }

    private String source() {
        return file.map(Path::toString).orElse("standard input");
    }

    private Document document(int number, String content) {
        return new Document(Integer.toString(number), content, language, List.of());
    }

    private void tagAll(Utf8Lines lines, Tagger tagger) throws IOException {
        List<Document> batch = new ArrayList<>();
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (!line.get().isBlank()) {
                batch.add(document(lines.number(), line.get()));
            }
            // A person who types, or a slow pipe, gets an answer to what is there instead of waiting for a full batch.
            if (batch.size() == BATCH || !lines.ready()) {
                show(tagger, batch);
                batch.clear();
            }
        }
        show(tagger, batch);
    }

    private void show(Tagger tagger, List<Document> batch) {
        if (batch.isEmpty()) {
            return;
        }
        for (TaggedDocument tagged : tagger.tag(List.copyOf(batch))) {
            if (json) {
                Document document = tagged.document();
                TaggedText shown = new TaggedText(
                        document.id(),
                        document.text(),
                        tagged.language(),
                        Optional.of(true).filter(detected -> tagged.isLanguageDetected()),
                        tagger.modelId(),
                        tagged.entities());
                terminal.printJson(shown);
            } else if (terminal.coloured()) {
                terminal.print(EntityColours.render(tagged));
            } else {
                tagged.entities().forEach(entity -> terminal.print(line(tagged.document(), entity)));
            }
        }
    }

    private static String line(Document document, Entity entity) {
        return TabSeparated.line(
                document.id(),
                Integer.toString(entity.start()),
                Integer.toString(entity.end()),
                entity.type(),
                String.format(Locale.ROOT, "%.3f", entity.score()),
                entity.text());
    }
}
