package dev.slicer.cli;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.engine.Engine;
import dev.slicer.corpus.Corpus;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.io.Home;
import dev.slicer.labels.LabelSet;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.models.DownloadListener;
import dev.slicer.models.ModelReference;
import dev.slicer.segmentation.WordBreaker;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Reading;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingException;
import dev.slicer.training.TrainingProgress;
import dev.slicer.training.TrainingProgress.TimeShares;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs commands in this process, with an engine that knows a few names and learns nothing. */
public final class CommandLineFixture {
    private static final Map<String, String> NAMES = Map.of("Nyeri", "LOC", "Wangari", "PER", "北京", "LOC");

    private final Path home;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean coloured;
    private byte[] input = {};
    private final Map<Path, String> borders = new HashMap<>();
    private Optional<FineTuningJob> job = Optional.empty();
    private Optional<EngineOptions> options = Optional.empty();

    public CommandLineFixture(Path home) {
        this.home = home;
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

    public int run(String... arguments) {
        Clock clock = Clock.fixed(Instant.parse("2026-11-22T10:15:00Z"), ZoneOffset.UTC);
        Terminal terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                coloured,
                false,
                clock);
        InputStream in = new ByteArrayInputStream(input);
        return Main.commandLine(terminal, in, new Home(home), new KnownNames(), clock)
                .execute(arguments);
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    public FineTuningJob job() {
        return job.orElseThrow();
    }

    public EngineOptions options() {
        return options.orElseThrow();
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

    private final class KnownNames implements Engine {
        @Override
        public Path baseModel(ModelReference reference, DownloadListener listener) {
            listener.report("downloading " + reference, 0, OptionalLong.of(663_000_000));
            Path folder = home.resolve("models/tiny");
            write(folder.resolve("config.json"), "{\"hidden_size\": 768}");
            return folder;
        }

        @Override
        public List<Snapshot> fineTune(
                FineTuningJob given,
                EngineOptions engineOptions,
                Consumer<TrainingProgress> progress,
                BooleanSupplier cancelled) {
            job = Optional.of(given);
            options = Optional.of(engineOptions);
            if (given.hyperparameters().h().equals(OptionalInt.of(7))) {
                throw new TrainingException("h = 7 does not divide the hidden size 768");
            }
            progress.accept(new TrainingProgress(
                    3,
                    3,
                    1,
                    1,
                    0.25,
                    1e-5,
                    2400,
                    new TimeShares(0.3, 0.5, 0.1, 0.1),
                    Duration.ofSeconds(9),
                    Duration.ZERO,
                    0));
            writeModel(given, given.output());
            if (!(given.files().orElseThrow().snapshots() instanceof Snapshots.EachSteps)) {
                return List.of();
            }
            Path kept = given.files().get().folder().resolve("snapshots/step-000002");
            writeModel(given, kept);
            return List.of(new Snapshot(2, kept));
        }

        private static void writeModel(FineTuningJob given, Path folder) {
            String labels = IntStream.range(0, given.labels().size())
                    .mapToObj(id -> "\"" + id + "\": \"" + given.labels().label(id) + "\"")
                    .collect(Collectors.joining(", ", "{", "}"));
            write(folder.resolve("config.json"), "{\"hidden_size\": 768, \"id2label\": " + labels + "}");
            write(folder.resolve("tokenizer.json"), "{}");
            writeWeights(folder.resolve("model.safetensors"));
        }

        @Override
        public Tagger open(Path checkpoint, String modelId, EngineOptions engineOptions) {
            options = Optional.of(engineOptions);
            return new KnownNamesTagger(modelId);
        }

        @Override
        public Optional<String> borders(Path checkpoint) {
            return Optional.ofNullable(borders.get(checkpoint));
        }

        /** Shares that tell which model and how many sentences were asked about. */
        @Override
        public SelfAttentionShares selfAttention(
                Path model,
                Corpus corpus,
                TokenGroup tokens,
                EngineOptions engineOptions,
                SelfAttention.Progress progress) {
            options = Optional.of(engineOptions);
            long sentences = corpus.sentences().size();
            progress.tokens(7 * sentences, 7 * sentences);
            double first = tokens == TokenGroup.ALL ? 0.125 : 0.5;
            List<Double> shares = model.endsWith("tiny") ? List.of(first, 0.0625) : List.of(first, 0.1875, 0.25);
            return new SelfAttentionShares(shares, 7 * sentences, sentences);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** One tensor of one number, see the format's description: length of the header, header, data. */
    private static void writeWeights(Path file) {
        byte[] header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}     "
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header).putFloat(1);
        try {
            Files.write(file, bytes.array());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private record KnownNamesTagger(String modelId) implements Tagger {
        @Override
        public Reading read(Document document, TaggingOptions options) {
            return Reading.complete(tag(document));
        }

        @Override
        public void compute(List<? extends Chunk> chunks) {}

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
