package dev.slicer.cli.evaluate;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.RunSettings;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Scoring;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that keep the scores of a checkpoint in a results file. */
final class RecordArguments {
    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Append the scores to this file: JSON Lines, a line for each language and scoring, with the "
                    + "settings that the checkpoint's slicer.json names.")
    private Optional<Path> results = Optional.empty();

    @Option(
            names = "--benchmark",
            paramLabel = "NAME",
            description = "What the test sets are called in the results, as masakhaner.")
    private Optional<String> benchmark = Optional.empty();

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description = "Which model of its run the checkpoint is: last, best-validation, average-last-K or "
                    + "average-runs-N. Default: last.")
    private Optional<String> protocol = Optional.empty();

    @ArgGroup(exclusive = false)
    private RunSettingsArguments settings = new RunSettingsArguments();

    /** @throws ParameterException where the options do not go together */
    void check(CommandLine commandLine) {
        if (results.isEmpty() && (benchmark.isPresent() || protocol.isPresent() || settings.isGiven())) {
            throw new ParameterException(commandLine, "Missing required argument(s): --results=FILE");
        }
        if (results.isPresent() && benchmark.isEmpty()) {
            throw new ParameterException(commandLine, "Missing required argument(s): --benchmark=NAME");
        }
        try {
            ScoreLine.requireProtocol(protocol());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(commandLine, wrong.getMessage(), wrong);
        }
    }

    /** Where the scores are kept, if they are. */
    Optional<ResultsFile> results(Terminal terminal) {
        return results.map(file -> new ResultsFile(file, terminal));
    }

    List<ScoreLine> lines(RunSettings run, Map<Scoring, Evaluation> scores) {
        return run.lines(protocol(), benchmark.orElseThrow(), scores);
    }

    private String protocol() {
        return protocol.orElse(ScoreLine.LAST);
    }

    /**
     * The settings that the checkpoint's manifest and the options tell.
     *
     * @throws dev.slicer.checkpoint.files.CheckpointException where it has no manifest
     * @throws CommandFailedException naming what is not known
     */
    RunSettings settings(ModelFiles checkpoint) {
        Manifest manifest = Manifest.read(checkpoint);
        if (RunSettingsArguments.isAverage(manifest) && protocol.isEmpty()) {
            throw new CommandFailedException(checkpoint.folder()
                    + " is an average of checkpoints; give --protocol average-last-K (of one run) or "
                    + "average-runs-N");
        }
        return settings.complete(manifest, checkpoint.folder());
    }
}
