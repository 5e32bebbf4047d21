package dev.slicer.cli;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.console.Terminal;
import dev.slicer.corpus.Corpus;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.io.Home;
import dev.slicer.labels.LabelSet;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.hub.ModelReference;
import dev.slicer.segmentation.WordBreaker;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TokenizedDocument;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import dev.slicer.training.FineTuningJob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Runs commands in this process, with an engine that knows a few names and learns nothing. */
public final class CommandLineFixture {
    /** What commands take for now. */
    public static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:15:00Z"), ZoneOffset.UTC);

    private static final Map<String, String> NAMES = Map.of("Nyeri", "LOC", "Wangari", "PER", "北京", "LOC");

    private final Path home;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean coloured;
    private byte[] input = {};
    private final Map<Path, String> borders = new HashMap<>();
    private Consumer<Path> exchange = folder -> {};
    private final KnownNames fake = new KnownNames();
    private final Engine engine;

    public CommandLineFixture(Path home) {
        this.home = home;
        this.engine = fake;
    }

    /** With an engine that learns. */
    public CommandLineFixture(Path home, Engine engine) {
        this.home = home;
        this.engine = engine;
    }

    public CommandLineFixture withColours() {
        coloured = true;
        return this;
    }

    public CommandLineFixture withInput(String text) {
        return withInput(text, StandardCharsets.UTF_8);
    }

    public CommandLineFixture withInput(String text, Charset charset) {
        input = text.getBytes(charset);
        return this;
    }

    /** What the engine says of how a model marks where entities begin. */
    public CommandLineFixture withBorders(Path model, String scheme) {
        borders.put(model, scheme);
        return this;
    }

    /** What is done to a model's folder when the engine is asked about it: the command has checked it by then. */
    public CommandLineFixture withExchange(Consumer<Path> exchange) {
        this.exchange = exchange;
        return this;
    }

    public int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    private CommandLine commandLine() {
        Terminal terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                coloured,
                false,
                CLOCK);
        return Main.commandLine(terminal, new ByteArrayInputStream(input), new Home(home), engine, CLOCK);
    }

    /** Names of a command's options that take a value which is no file. */
    public List<String> optionsWithValues(String command) {
        return commandLine().getSubcommands().get(command).getCommandSpec().options().stream()
                .filter(option -> option.arity().max() > 0)
                .filter(option -> Arrays.stream(option.auxiliaryTypes()).noneMatch(Path.class::equals))
                .map(OptionSpec::longestName)
                .toList();
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    public FineTuningJob job() {
        return fake.jobs.get(fake.jobs.size() - 1);
    }

    public EngineOptions options() {
        return fake.options.get(fake.options.size() - 1);
    }

    /** A folder that passes for a checkpoint where nobody loads it. */
    public Path checkpoint(String name) {
        try {
            return Files.createDirectories(home.resolve(name));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static String golden(String name) throws IOException {
        try (InputStream resource = CommandLineFixture.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Of models of BERT's size. */
    private final class KnownNames extends FakeEngine {
        KnownNames() {
            super(768, ModelReference::parse, KnownNamesTagger::new, Duration.ZERO);
        }

        @Override
        public Path baseModel(String reference, DownloadListener listener) {
            listener.report("downloading " + reference, 0, OptionalLong.of(663_000_000));
            Path folder = home.resolve("models/tiny");
            writeConfig(folder, LabelSet.ofTypes(List.of()), 768);
            return folder;
        }

        @Override
        public Optional<String> borders(ModelFiles checkpoint) {
            exchange.accept(checkpoint.folder());
            return Optional.ofNullable(borders.get(checkpoint.folder()));
        }

        /** Shares that tell which model and how many sentences were asked about. */
        @Override
        public SelfAttentionShares selfAttention(
                ModelFiles model, Corpus corpus, TokenGroup tokens, SelfAttention.Progress progress) {
            exchange.accept(model.folder());
            if (model.has("config.json")) {
                model.read("config.json");
            }
            long sentences = corpus.sentences().size();
            progress.tokens(7 * sentences, 7 * sentences);
            double first = tokens == TokenGroup.ALL ? 0.125 : 0.5;
            List<Double> shares =
                    model.folder().endsWith("tiny") ? List.of(first, 0.0625) : List.of(first, 0.1875, 0.25);
            return new SelfAttentionShares(shares, 7 * sentences, sentences);
        }
    }

    private record KnownNamesTagger(String modelId) implements Tagger {
        @Override
        public TokenizedDocument tokenize(Document document, TaggingOptions options) {
            return TokenizedDocument.complete(tag(document));
        }

        @Override
        public void compute(List<? extends Chunk> chunks, int cores) {}

        @Override
        public int cores() {
            return 1;
        }

        @Override
        public int maxBatchTokens() {
            return 1;
        }

        /** Each word is one sub-token. */
        @Override
        public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
            return tag(documents).stream()
                    .map(tagged -> new TaggedSubTokens(
                            tagged,
                            tagged.tags(),
                            tagged.tags().stream().map(List::of).toList()))
                    .toList();
        }

        private static TaggedDocument tag(Document document) {
            String text = document.text();
            List<Word> words =
                    document.words().isEmpty() ? WordBreaker.words(text, document.language()) : document.words();
            List<Span> spans = new ArrayList<>();
            List<Entity> entities = new ArrayList<>();
            for (int i = 0; i < words.size(); i++) {
                Word word = words.get(i);
                Optional<String> type = Optional.ofNullable(NAMES.get(word.of(text)));
                if (type.isPresent()) {
                    spans.add(new Span(type.get(), i, i + 1));
                    entities.add(new Entity(
                            type.get(),
                            word.of(text),
                            word.start(),
                            word.end(),
                            text.codePointCount(0, word.start()),
                            text.codePointCount(0, word.end()),
                            0.75));
                }
            }
            return new TaggedDocument(document, words, Spans.toIob2(spans, words.size()), entities);
        }

        @Override
        public LabelSet labels() {
            return LabelSet.ofTypes(List.of("PER", "ORG", "LOC"));
        }

        @Override
        public Precision precision() {
            return Precision.FP32;
        }

        @Override
        public void close() {}
    }
}
