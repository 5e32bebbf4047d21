package dev.slicer.cli.checkpoints;

import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.WeightAverage;
import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.CheckpointFolder;
import dev.slicer.cli.arguments.StoreArgument;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.engine.Engine;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.events.CheckpointIds;
import dev.slicer.io.Home;
import dev.slicer.tagging.EntityBorders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "average",
        description = {
            "Average the weights of checkpoints: the last ones of a run, or those of several runs.",
            "",
            "The result is a checkpoint like any other, often steadier in transfer than each of them and no slower. All "
                    + "must be of one architecture with the same labels, and should go back to the same base model."
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer average --checkpoint run/step-350 run/step-525 run/last --output run/average",
            "  ./slicer average --checkpoint slicer-mbert-h8-20261122T101500-3f2a --checkpoint seed-43 --json"
        })
public final class AverageCommand implements Callable<Integer> {
    /** In the manifest's hyperparameters: what was averaged. */
    public static final String SOURCES = "averagedFrom";

    private final Terminal terminal;
    private final Home home;
    private final Engine engine;
    private final Clock clock;

    @Option(
            names = "--checkpoint",
            required = true,
            arity = "1..*",
            paramLabel = "ID|FOLDER",
            description = "Checkpoints to average: ids of the store or folders in HuggingFace's layout.")
    private List<String> checkpoints = List.of();

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            converter = CheckpointFolder.class,
            description = "Write the average to this new folder. Default: publish it to the store.")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--json", description = "Print the result as a JSON object.")
    private boolean json;

    @Mixin
    private StoreArgument store = new StoreArgument();

    /** A checkpoint to be averaged. A snapshot of a run has no manifest. */
    private record Source(String name, Path folder, Optional<Manifest> manifest) {
        static Source of(String name, Path folder) {
            boolean described = Files.exists(folder.resolve(Manifest.FILE_NAME));
            return new Source(name, folder, described ? Optional.of(Manifest.read(folder)) : Optional.empty());
        }
    }

    /** How the average's manifest names a source. */
    private record SourceInManifest(String checkpoint, OptionalInt h, OptionalLong seed, String sha256) {
        static SourceInManifest of(Source source) {
            Optional<Manifest> manifest = source.manifest();
            return new SourceInManifest(
                    source.name(),
                    manifest.map(known -> OptionalInt.of(known.h())).orElseGet(OptionalInt::empty),
                    manifest.map(known -> OptionalLong.of(known.seed())).orElseGet(OptionalLong::empty),
                    ModelWeights.sha256(source.folder()));
        }
    }

    /** What {@code --json} prints. */
    private record Result(String checkpointId, String folder, List<String> averagedFrom) {}

    public AverageCommand(Terminal terminal, Home home, Engine engine, Clock clock) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Path root = store.orDefault(home);
        if (output.filter(Files::exists).isPresent()) {
            throw new CommandFailedException(output.get() + " exists already; name a new folder with --output");
        }
        List<Source> sources = new ArrayList<>();
        for (String checkpoint : checkpoints) {
            CheckpointArguments.Located located = CheckpointArguments.locate(checkpoint, root);
            sources.add(Source.of(checkpoint, located.folder()));
        }
        EncoderConfig config = EncoderConfig.read(sources.get(0).folder());
        Path target = target(root, sources, config);
        Optional<String> borders = borders(sources);
        // First, since it is here that most of what can be wrong comes out.
        Manifest manifest = manifest(target.getFileName().toString(), sources, config);
        try (RunFolder work = RunFolder.create(home.runs(), "average", false)) {
            Path staged = work.resolve("checkpoint");
            terminal.progress("averaging " + sources.size() + " checkpoints");
            WeightAverage.write(sources.stream().map(Source::folder).toList(), staged);
            borders.ifPresent(scheme -> EntityBorders.declare(staged, scheme));
            new FileCheckpointStore(target.getParent()).publish(staged, manifest);
        }
        if (json) {
            terminal.printJson(new Result(target.getFileName().toString(), target.toString(), checkpoints));
        } else {
            terminal.print("checkpoint " + target.getFileName() + " in " + target + ", average of " + sources.size());
        }
        return ExitCode.OK;
    }

    private Optional<String> borders(List<Source> sources) {
        List<String> schemes = sources.stream()
                .flatMap(source -> engine.borders(source.folder()).stream())
                .distinct()
                .toList();
        if (schemes.size() > 1) {
            throw new CommandFailedException("the checkpoints mark where entities begin in different ways: " + schemes
                    + "; one checkpoint cannot stand for them");
        }
        return schemes.stream().findFirst();
    }

    private Path target(Path root, List<Source> sources, EncoderConfig config) {
        return output.map(folder -> folder.toAbsolutePath().normalize())
                .orElseGet(() -> root.resolve(new CheckpointIds(clock, RandomGenerator.getDefault())
                        .next(baseModel(sources) + "-average-" + sources.size(), h(sources, config))));
    }

    private Manifest manifest(String id, List<Source> sources, EncoderConfig config) {
        Map<String, Object> hyperparameters = new LinkedHashMap<>(common(sources));
        hyperparameters.put(SOURCES, sources.stream().map(SourceInManifest::of).toList());
        Map<String, String> fingerprints = new LinkedHashMap<>();
        for (Manifest manifest : manifests(sources)) {
            manifest.dataFingerprints().forEach((corpus, fingerprint) -> {
                String earlier = fingerprints.putIfAbsent(corpus, fingerprint);
                if (earlier != null && !earlier.equals(fingerprint)) {
                    fingerprints.put(corpus + " of " + manifest.id(), fingerprint);
                }
            });
        }
        return new Manifest(
                id,
                clock.instant(),
                List.of(),
                baseModel(sources),
                config.hiddenSize(),
                h(sources, config),
                hyperparameters,
                manifests(sources).stream().findFirst().map(Manifest::seed).orElse(0L),
                labels(sources.get(0), config),
                fingerprints,
                Map.of());
    }

    /** Settings that all known runs share; of the others no single value is true. */
    private static Map<String, Object> common(List<Source> sources) {
        List<Manifest> manifests = manifests(sources);
        return manifests.stream()
                .findFirst()
                .map(first -> first.hyperparameters().entrySet().stream()
                        .filter(entry -> manifests.stream()
                                .allMatch(manifest -> entry.getValue()
                                        .equals(manifest.hyperparameters().get(entry.getKey()))))
                        .filter(entry -> !entry.getKey().equals(SOURCES))
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new)))
                .orElseGet(LinkedHashMap::new);
    }

    private static List<String> labels(Source source, EncoderConfig config) {
        return config.labels()
                .orElseThrow(() -> new CheckpointException(
                        source.folder().resolve("config.json"), "has no id2label: it is not fine-tuned"))
                .labels();
    }

    private static String baseModel(List<Source> sources) {
        return one(sources, Manifest::baseModel, "base models")
                .orElse(sources.get(0).name());
    }

    /** As of standard fine-tuning, which nothing tells from SLICER once it is trained, where no manifest says it. */
    private static int h(List<Source> sources, EncoderConfig config) {
        return one(sources, Manifest::h, "slice sizes h").orElse(config.hiddenSize());
    }

    /** The value of those that have a manifest. */
    private static <T> Optional<T> one(List<Source> sources, Function<Manifest, T> property, String properties) {
        List<T> values = manifests(sources).stream().map(property).distinct().toList();
        if (values.size() > 1) {
            throw new CommandFailedException("the checkpoints have different " + properties + ": " + values
                    + "; one checkpoint cannot stand for them");
        }
        return values.stream().findFirst();
    }

    private static List<Manifest> manifests(List<Source> sources) {
        return sources.stream().flatMap(source -> source.manifest().stream()).toList();
    }
}
