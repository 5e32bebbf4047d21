package dev.slicer.cli.sweep;

import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.SaveEveryArgument;
import dev.slicer.cli.arguments.ServiceArguments;
import dev.slicer.cli.arguments.SigningArgument;
import dev.slicer.cli.arguments.StoreArgument;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Sweep;
import dev.slicer.events.SweepFormat;
import dev.slicer.experiments.Engine;
import dev.slicer.io.Home;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "sweep",
        description = {
            "Fine-tune a grid of settings, score each run, and report mean and standard deviation over the seeds.",
            "",
            "With --trainer the runs become jobs that any number of trainers share, and this command watches them. Without "
                    + "it they run one after another in this process. Both can be stopped and started again: finished "
                    + "runs stay finished, and an unfinished one continues from its last saved state. --store, "
                    + "--save-every and the engine's options have no effect with --trainer: there the trainers' own "
                    + "settings count.",
            "",
            "Without --trainer the grid's corpora and its baseModel may be paths. A trainer accepts samples, and files and "
                    + "folders below those that slicer.trainer.corpora and slicer.trainer.models name."
        },
        footer = {
            "",
            "A grid is a YAML file (or JSON, as .json):",
            "",
            "  name: h-and-classifier",
            "  baseModel: mbert",
            "  sources: {en: [en.train.conll]}",
            "  h: [2, standard]          # this and the next three left out: the default of slicer train",
            "  classifier: [trained, frozen]",
            "  learningRate: [2e-5, 5e-5]",
            "  seeds: [42, 43, 44]",
            "  hyperparameters: {maxSteps: 700}",
            "  labelMap: {DATE: O}",
            "  snapshots: 350            # none, epoch or steps: for best-validation and averageLast",
            "  averageLast: 2            # mean of a run's last models' weights",
            "  averageRuns: true         # mean of the weights of runs that differ in the seed",
            "  benchmark:",
            "    name: masakhaner",
            "    test: {sw: sw.test.conll, yo: yo.test.conll}",
            "    validation: {sw: sw.dev.conll, yo: yo.dev.conll}",
            "",
            "Exit codes: 0 done; 1 a run failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer sweep grid.yaml --results scores.jsonl",
            "  ./slicer sweep grid.yaml --trainer http://127.0.0.1:8081",
            "  ./slicer sweep grid.yaml --trainer https://trainer.example.org --api-key-file ~/.slicer-key"
        })
public final class SweepCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Home home;
    private final Engine engine;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "GRID.yaml", description = "The grid.")
    private Path grid = Path.of("");

    @Option(
            names = "--trainer",
            paramLabel = "URL",
            description =
                    "Address of a trainer service, which puts the jobs on their topic for all trainers. The grid then "
                            + "names corpora and models as the trainers know them. Ctrl-C ends the watching only.")
    private Optional<URI> trainer = Optional.empty();

    @Option(
            names = "--results",
            paramLabel = "FILE.jsonl",
            description = "Add the scores to this file as runs end. Default, without --trainer: the sweep's name with "
                    + ".jsonl, in the current folder.")
    private Optional<Path> results = Optional.empty();

    @Option(names = "--json", description = "Print the result as a JSON object.")
    private boolean json;

    @Mixin
    private ServiceArguments service = new ServiceArguments();

    @Mixin
    private StoreArgument store = new StoreArgument();

    @Mixin
    private SigningArgument signing = new SigningArgument();

    @Mixin
    private SaveEveryArgument saveEvery = new SaveEveryArgument();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    public SweepCommand(Terminal terminal, Home home, Engine engine, Clock clock) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        byte[] text = read();
        SweepFormat format = grid.toString().endsWith(".json") ? SweepFormat.JSON : SweepFormat.YAML;
        Sweep sweep = parse(text, format);
        boolean allSucceeded;
        if (trainer.isPresent()) {
            RemoteSweep remote =
                    new RemoteSweep(terminal, service.client(trainer.get(), spec.commandLine()), sweep.name(), results);
            allSucceeded = remote.run(text, format, json);
        } else {
            Path scores = results.orElseGet(() -> Path.of(sweep.name() + ".jsonl"));
            LocalSweep local = new LocalSweep(
                    terminal,
                    home,
                    signing.open(store.orDefault(home), store.trust()),
                    scores,
                    saveEvery.check(spec.commandLine()),
                    clock);
            allSucceeded = local.run(sweep, engine.with(engineArguments.toOptions()), json);
        }
        return allSucceeded ? ExitCode.OK : ExitCode.FAILED;
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(grid);
        } catch (IOException e) {
            throw new CommandFailedException(grid + ": cannot be read: " + IoProblem.of(e), e);
        }
    }

    private Sweep parse(byte[] text, SweepFormat format) {
        try {
            return format.read(text);
        } catch (InvalidEventException wrong) {
            throw new CommandFailedException(grid + ": " + wrong.getMessage(), wrong);
        }
    }
}
