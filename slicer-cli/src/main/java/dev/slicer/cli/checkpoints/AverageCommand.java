package dev.slicer.cli.checkpoints;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.CheckpointFolder;
import dev.slicer.cli.arguments.SigningArgument;
import dev.slicer.cli.arguments.StoreArgument;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.events.CheckpointIds;
import dev.slicer.experiments.Engine;
import dev.slicer.io.Home;
import dev.slicer.jobs.CheckpointAverage;
import dev.slicer.jobs.Provenance;
import dev.slicer.jobs.SourceCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
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

    @Mixin
    private SigningArgument signing = new SigningArgument();

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
        CheckpointStore sourcesIn = store.open(home);
        List<SourceCheckpoint> sources = checkpoints.stream()
                .map(checkpoint -> SourceCheckpoint.of(
                        checkpoint,
                        CheckpointArguments.locate(checkpoint, sourcesIn).files()))
                .toList();
        // First, since it is here that most of what can be wrong comes out.
        CheckpointAverage average = CheckpointAverage.of(sources, engine);
        Path target = target(root, average.provenance());
        String id = target.getFileName().toString();
        Manifest manifest = average.provenance().manifest(id, clock.instant());
        CheckpointStore published = signing.open(target.getParent(), store.trust());
        try (RunFolder work = RunFolder.create(home.runs(), "average", false)) {
            Path staged = work.resolve("checkpoint");
            terminal.progress("averaging " + sources.size() + " checkpoints");
            average.write(staged);
            published.publish(staged, manifest);
        }
        if (json) {
            terminal.printJson(new Result(id, target.toString(), checkpoints));
        } else {
            terminal.print("checkpoint " + id + " in " + target + ", average of " + sources.size());
        }
        return ExitCode.OK;
    }

    private Path target(Path root, Provenance provenance) {
        return output.map(folder -> folder.toAbsolutePath().normalize())
                .orElseGet(() -> root.resolve(new CheckpointIds(clock, RandomGenerator.getDefault())
                        .next(provenance.baseModel() + "-average-" + checkpoints.size(), provenance.h())));
    }
}
