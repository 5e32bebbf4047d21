package dev.slicer.cli.checkpoints;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.CheckpointFolder;
import dev.slicer.cli.arguments.SigningArgument;
import dev.slicer.cli.arguments.TagColumnArgument;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.LabelMap;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.events.CheckpointIds;
import dev.slicer.experiments.Engine;
import dev.slicer.io.Home;
import dev.slicer.io.IoProblem;
import dev.slicer.jobs.Provenance;
import dev.slicer.jobs.SourceCheckpoint;
import dev.slicer.tagging.EntityBorders;
import dev.slicer.text.Utf8Lines;
import dev.slicer.text.Utf8Lines.MalformedLineException;
import dev.slicer.vocabulary.NeededSubTokens;
import dev.slicer.vocabulary.VocabularyTrim;
import dev.slicer.vocabulary.VocabularyTrim.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "trim",
        description = {
            "Make a checkpoint smaller: keep only the sub-tokens that given texts, corpora or languages need.",
            "",
            "Most of a multilingual encoder consists of embeddings of sub-tokens that a service never meets. Texts whose "
                    + "sub-tokens are kept are tagged exactly as before. All single characters of the scripts that occur "
                    + "are kept too, so that other words are split into smaller pieces and tagged less well, but are not "
                    + "unknown."
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer trim --language sw --language yo --bf16",
            "  ./slicer trim --checkpoint run/last --corpus sample:en.train --text articles.txt --output run/trimmed"
        })
public final class TrimCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Home home;
    private final Engine engine;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckpointArguments checkpoint;

    @Mixin
    private SigningArgument signing = new SigningArgument();

    @Mixin
    private TagColumnArgument tagColumn = new TagColumnArgument();

    @Option(
            names = "--corpus",
            arity = "1..*",
            paramLabel = "CORPUS",
            description = "Corpora whose words are needed: CoNLL or JSON Lines files, or sample:LANGUAGE.test.")
    private List<String> corpora = List.of();

    @Option(
            names = "--text",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Text files in UTF-8 whose words are needed, one text a line.")
    private List<Path> texts = List.of();

    @Option(
            names = "--language",
            arity = "1..*",
            paramLabel = "CODE",
            description = "Languages (BCP 47): every sub-token that is spelled with the language's letters is kept.")
    private List<String> languages = List.of();

    @Option(
            names = "--bf16",
            description = "Store matrices in bfloat16: half the size, and the same results where they are computed in "
                    + "bfloat16 anyway.")
    private boolean bf16;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            converter = CheckpointFolder.class,
            description = "Write the checkpoint to this new folder. Default: publish it to the store.")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--json", description = "Print the result as a JSON object.")
    private boolean json;

    /** What {@code --json} prints. */
    private record Result(String checkpointId, String folder, int vocabulary, int before) {}

    public TrimCommand(Terminal terminal, Home home, Engine engine, Clock clock) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (corpora.isEmpty() && texts.isEmpty() && languages.isEmpty()) {
            throw new CommandFailedException(
                    "nothing says which sub-tokens are needed; give --corpus, --text or --language");
        }
        if (output.filter(Files::exists).isPresent()) {
            throw new CommandFailedException(output.get() + " exists already; name a new folder with --output");
        }
        CorpusOptions options = tagColumn.parse(spec.commandLine(), LabelMap.identity());
        CheckpointArguments.Located located = checkpoint.locate(home);
        SourceCheckpoint source = SourceCheckpoint.of(located.id(), located.files());
        Path target = output.map(folder -> folder.toAbsolutePath().normalize())
                .orElseGet(() -> checkpoint.store(home).resolve(id(source)));
        String id = target.getFileName().toString();
        CheckpointStore published = signing.open(target.getParent(), checkpoint.trust());
        Optional<String> borders = engine.borders(source.files());
        BitSet kept = needed(source.files(), options);
        try (RunFolder work = RunFolder.create(home.runs(), "trim", false)) {
            Path staged = work.resolve("checkpoint");
            VocabularyTrim.write(source.files(), kept, bf16 ? Storage.BF16 : Storage.SAME, staged);
            borders.ifPresent(scheme -> EntityBorders.declare(staged, scheme));
            published.publish(
                    staged, Provenance.ofTrimmed(source, kept.cardinality()).manifest(id, clock.instant()));
        }
        int before = EncoderConfig.read(source.files()).vocabularySize();
        if (json) {
            terminal.printJson(new Result(id, target.toString(), kept.cardinality(), before));
        } else {
            terminal.print(
                    "checkpoint " + id + " in " + target + ", " + kept.cardinality() + " of " + before + " sub-tokens");
        }
        return ExitCode.OK;
    }

    private String id(SourceCheckpoint source) {
        return new CheckpointIds(clock, RandomGenerator.getDefault()).next(source.baseModel() + "-trimmed", source.h());
    }

    private BitSet needed(ModelFiles model, CorpusOptions options) {
        try (NeededSubTokens needed = new NeededSubTokens(model)) {
            corpora.forEach(corpus -> needed.addCorpus(Corpora.open(corpus, options)));
            texts.forEach(file -> addLines(needed, file));
            languages.forEach(language -> addLanguage(needed, language));
            return needed.ids();
        }
    }

    private static void addLines(NeededSubTokens needed, Path file) {
        try (Utf8Lines lines = new Utf8Lines(Files.newInputStream(file))) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                needed.addText(line.get(), Optional.empty());
            }
        } catch (MalformedLineException malformed) {
            throw new CommandFailedException(
                    file + ":" + malformed.number() + ": " + malformed.getMessage(), malformed);
        } catch (IOException e) {
            throw new CommandFailedException(file + " cannot be read: " + IoProblem.of(e));
        }
    }

    private static void addLanguage(NeededSubTokens needed, String language) {
        try {
            needed.addLanguage(language);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException("--language: " + e.getMessage());
        }
    }
}
