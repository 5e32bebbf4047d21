package dev.slicer.cli.attention;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.CorpusArguments;
import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.StoreArgument;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.console.TextFile;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.Sentence;
import dev.slicer.experiments.Engine;
import dev.slicer.io.Home;
import dev.slicer.json.Json;
import dev.slicer.models.hub.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "attention",
        description = {
            "Measure, layer by layer, the share of attention that tokens put on themselves.",
            "",
            "This is how the paper explains SLICER (Schmidt et al., EMNLP 2022, Figures 1 and 4): standard fine-tuning "
                    + "makes tokens attend to themselves instead of their context. Compare a base model with models "
                    + "that were fine-tuned from it."
        },
        footer = {
            "",
            "The shares are means over all heads and all tokens of the corpora together.",
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer attention --model mbert standard=runs/standard SLICER=runs/h8 --corpus en.test.conll "
                    + "--svg attention.svg",
            "  ./slicer attention --model latest --corpus sample:sw.test --prometheus /var/lib/node_exporter/slicer.prom"
        })
public final class AttentionCommand implements Callable<Integer> {
    private static final Pattern NAMED = Pattern.compile("([^=/\\\\]+)=(.+)", Pattern.DOTALL);

    private final Terminal terminal;
    private final Home home;
    private final Engine engine;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            arity = "1..*",
            paramLabel = "[NAME=]MODEL",
            description =
                    "Models to compare: mbert, hf:ORGANISATION/NAME[@REVISION], a folder in HuggingFace's layout, "
                            + "or a checkpoint of the store by its id or as latest. NAME is what the results call it.")
    private List<String> model = List.of();

    @Option(
            names = "--corpus",
            required = true,
            arity = "1..*",
            paramLabel = "CORPUS",
            description = "Corpora to read: CoNLL or JSON Lines files, or samples as sample:sw.test.")
    private List<String> corpus = List.of();

    @Option(
            names = "--max-sentences",
            paramLabel = "N",
            description = "Read at most N sentences of each corpus, evenly spaced. Default: all.")
    private Optional<Integer> maxSentences = Optional.empty();

    @Option(
            names = "--tokens",
            paramLabel = "WHICH",
            defaultValue = "all",
            description =
                    "Tokens to average over. all: every token that the model reads. words: without special tokens. "
                            + "entities: only tokens of words in entities. Default: ${DEFAULT-VALUE}.")
    private TokenGroup tokens = TokenGroup.ALL;

    @Option(names = "--json", description = "Print the shares, from 0 to 1, as one JSON object.")
    private boolean json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw them to this file.")
    private Optional<Path> svg = Optional.empty();

    @Option(
            names = "--prometheus",
            paramLabel = "FILE",
            description = "Write them to this file as gauges, for node_exporter's textfile collector.")
    private Optional<Path> prometheus = Optional.empty();

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "Write attention.json, attention.svg, attention.txt and attention.prom to this folder.")
    private Optional<Path> output = Optional.empty();

    @Mixin
    private CorpusArguments corpusArguments = new CorpusArguments();

    @Mixin
    private StoreArgument store = new StoreArgument();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    public AttentionCommand(Terminal terminal, Home home, Engine engine) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        Map<String, String> references = references();
        List<Corpus> corpora = read();
        Corpus sentences = together(corpora);
        Map<String, ModelFiles> models = new LinkedHashMap<>();
        references.forEach((name, reference) -> models.put(name, files(reference)));
        Engine own = engine.with(engineArguments.toOptions());
        Map<String, SelfAttentionShares> shares = new LinkedHashMap<>();
        models.forEach((name, files) -> shares.put(
                name,
                own.selfAttention(
                        files,
                        sentences,
                        tokens,
                        (done, total) -> terminal.progress(
                                Figures.bar(done, total) + " " + done + "/" + total + " tokens, " + name))));
        show(new AttentionReport(
                corpora.stream().map(Corpus::name).toList(), tokens.name().toLowerCase(Locale.ROOT), shares));
        return ExitCode.OK;
    }

    /** By name. */
    private Map<String, String> references() {
        Map<String, String> references = new LinkedHashMap<>();
        for (String given : model) {
            Matcher named = NAMED.matcher(given);
            boolean hasName = named.matches() && !Files.isDirectory(Path.of(given));
            String name = hasName ? named.group(1) : given;
            if (references.putIfAbsent(name, hasName ? named.group(2) : given) != null) {
                throw new ParameterException(
                        spec.commandLine(), "two models are called " + name + "; give them names: --model NAME=MODEL");
            }
        }
        return references;
    }

    private List<Corpus> read() {
        CorpusOptions options = corpusArguments.parse(spec.commandLine());
        if (maxSentences.filter(most -> most < 1).isPresent()) {
            throw new ParameterException(spec.commandLine(), "--max-sentences must be at least 1");
        }
        return corpus.stream()
                .map(reference -> Corpora.open(reference, options))
                .toList();
    }

    private Corpus together(List<Corpus> corpora) {
        return new Corpus(
                corpora.stream().map(Corpus::name).collect(Collectors.joining(", ")),
                corpora.stream().flatMap(one -> some(one).stream()).toList(),
                corpora.stream().map(Corpus::fingerprint).collect(Collectors.joining(", ")));
    }

    /** From all over the corpus: its beginning may be of one source or one topic. */
    private List<Sentence> some(Corpus whole) {
        List<Sentence> sentences = whole.sentences();
        int count = Math.min(sentences.size(), maxSentences.orElse(sentences.size()));
        return IntStream.range(0, count)
                .mapToObj(i -> sentences.get((int) ((long) i * sentences.size() / count)))
                .toList();
    }

    private ModelFiles files(String reference) {
        ModelReference parsed = Usage.checked(spec.commandLine(), () -> ModelReference.parse(reference));
        if (parsed instanceof ModelReference.Local) {
            return CheckpointArguments.locate(reference, store.open(home)).files();
        }
        return ModelFiles.in(engine.baseModel(
                reference, (phase, done, total) -> terminal.progress(phase + ": " + Figures.megabytes(done, total))));
    }

    private void show(AttentionReport report) {
        // Before the files: if one of them cannot be written, the minutes of measuring are not lost.
        if (json) {
            terminal.printJson(report);
        } else {
            terminal.print(report.table());
        }
        svg.ifPresent(file -> TextFile.replace(file, report.svg()));
        prometheus.ifPresent(file -> TextFile.replace(file, report.exposition()));
        output.ifPresent(folder -> {
            TextFile.replace(folder.resolve("attention.json"), pretty(report));
            TextFile.replace(folder.resolve("attention.svg"), report.svg());
            TextFile.replace(folder.resolve("attention.txt"), report.table() + "\n");
            TextFile.replace(folder.resolve("attention.prom"), report.exposition());
        });
    }

    private static String pretty(AttentionReport report) {
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("cannot write " + report + " as JSON", cause);
        }
    }
}
