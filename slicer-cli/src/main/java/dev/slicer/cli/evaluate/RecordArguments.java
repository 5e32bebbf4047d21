package dev.slicer.cli.evaluate;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.cli.arguments.LanguageCorpora;
import dev.slicer.cli.checkpoints.AverageCommand;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.RunSettings;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.training.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options for scores that are kept: of one checkpoint, or of all that a run left. */
final class RecordArguments {
    private static final Pattern STEP_BEFORE = Pattern.compile("([1-9]\\d{0,8})=(.+)", Pattern.DOTALL);
    private static final Pattern STEP_IN_NAME = Pattern.compile("(?:.*\\D)?([1-9]\\d{0,8})");

    private static final String NO_BENCHMARK = "Missing required argument(s): --benchmark=NAME";

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Append the scores to this file: JSON Lines, a line for each language and scoring, with the "
                    + "settings that the checkpoint's slicer.json names.")
    private Optional<Path> results = Optional.empty();

    @Option(
            names = "--benchmark",
            paramLabel = "NAME",
            description = "What the test sets are called in the results, with --publish in the scores, as masakhaner.")
    private Optional<String> benchmark = Optional.empty();

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "What the checkpoint was trained on. Default: the language that the name of its training "
                    + "file begins with, as en.train.conll.")
    private Optional<String> source = Optional.empty();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Optimiser steps of its run, where slicer.json does not say (it was trained over epochs).")
    private Optional<Integer> steps = Optional.empty();

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description = "Which model of its run the checkpoint is: last, best-validation, average-last-K or "
                    + "average-runs-N. Default: last.")
    private Optional<String> protocol = Optional.empty();

    @Option(
            names = "--snapshot",
            arity = "1..*",
            paramLabel = "[STEP=]FOLDER",
            description = "Models that the run kept on its way to the checkpoint, for the other protocols, see "
                    + "--validation and --average-last. The step can be left out where the folder's name ends with it, "
                    + "as in step-350.")
    private List<String> snapshots = List.of();

    @Option(
            names = "--validation",
            arity = "1..*",
            paramLabel = "[LANG=]CORPUS",
            description = "Score, as best-validation, for each language the one of the snapshots and the checkpoint "
                    + "with the best strict F1 on these sentences of the language.")
    private List<String> validation = List.of();

    @Option(
            names = "--average-last",
            paramLabel = "K",
            description = "Score, as average-last-K, the mean of the weights of the last K of the snapshots and the "
                    + "checkpoint.")
    private Optional<Integer> averageLast = Optional.empty();

    boolean isGiven() {
        return results.isPresent();
    }

    /** Whether a whole run is to be scored, not one checkpoint. */
    boolean isRun() {
        return !snapshots.isEmpty();
    }

    /** @throws ParameterException where the options do not go together */
    void check(boolean byType, CommandLine commandLine) {
        Optional<String> problem = Optional.empty();
        if (results.isEmpty() && isAsked()) {
            problem = Optional.of("Missing required argument(s): --results=FILE");
        } else if (results.isPresent() && benchmark.isEmpty()) {
            problem = Optional.of(NO_BENCHMARK);
        } else if (!isRun() && (!validation.isEmpty() || averageLast.isPresent())) {
            problem = Optional.of("--validation and --average-last need the models to choose from: --snapshot FOLDER");
        } else if (isRun() && validation.isEmpty() && averageLast.isEmpty()) {
            problem = Optional.of("--snapshot needs --validation, --average-last or both");
        } else if (isRun() && protocol.isPresent()) {
            problem = Optional.of("--protocol is for a checkpoint alone; with --snapshot all protocols are scored");
        } else if (isRun() && byType) {
            problem = Optional.of("--by-type is for a checkpoint alone, not for --snapshot");
        }
        problem.ifPresent(text -> {
            throw new ParameterException(commandLine, text);
        });
        try {
            ScoreLine.requireProtocol(protocol());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(commandLine, wrong.getMessage(), wrong);
        }
    }

    private boolean isAsked() {
        return benchmark.isPresent()
                || source.isPresent()
                || steps.isPresent()
                || protocol.isPresent()
                || isRun()
                || !validation.isEmpty()
                || averageLast.isPresent();
    }

    /** @throws ParameterException where it is not given */
    String benchmark(CommandLine commandLine) {
        return benchmark.orElseThrow(() -> new ParameterException(commandLine, NO_BENCHMARK));
    }

    Path results() {
        return results.orElseThrow();
    }

    String benchmark() {
        return benchmark.orElseThrow();
    }

    String protocol() {
        return protocol.orElse(ScoreLine.LAST);
    }

    List<String> validation() {
        return validation;
    }

    OptionalInt averageLast() {
        return averageLast.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /**
     * The settings that the checkpoint's manifest and the options tell.
     *
     * @throws dev.slicer.checkpoint.CheckpointException where it has no manifest
     * @throws CommandFailedException where something of them is not known
     */
    RunSettings settings(Path checkpoint) {
        Manifest manifest = Manifest.read(checkpoint);
        if (manifest.hyperparameters().containsKey(AverageCommand.SOURCES) && protocol.isEmpty()) {
            throw new CommandFailedException(
                    checkpoint + " is an average of checkpoints; say of which with --protocol: "
                            + "average-last-K (of one run) or average-runs-N");
        }
        OptionalInt given = steps.map(OptionalInt::of).orElseGet(OptionalInt::empty);
        if (given.isEmpty()
                && RecordedHyperparameters.steps(manifest.hyperparameters()).isEmpty()) {
            throw new CommandFailedException(checkpoint.resolve(Manifest.FILE_NAME)
                    + " does not say how many steps the run had; say it with --steps");
        }
        String trainedOn = source.orElseGet(() -> source(manifest));
        return RunSettings.of(manifest, trainedOn, given);
    }

    private static String source(Manifest manifest) {
        TreeSet<String> languages = new TreeSet<>();
        for (String corpus : manifest.dataFingerprints().keySet()) {
            languages.add(LanguageCorpora.languageOf(corpus)
                    .orElseThrow(() -> new CommandFailedException("which language is " + corpus
                            + ", which the checkpoint was trained on? Say it with --source")));
        }
        if (languages.isEmpty()) {
            throw new CommandFailedException(
                    Manifest.FILE_NAME + " does not say what the checkpoint was trained on; say it with --source");
        }
        return String.join("+", languages);
    }

    /**
     * @throws ParameterException naming one whose step is not known
     * @throws CommandFailedException naming one that is no folder
     */
    List<Snapshot> snapshots(CommandLine commandLine) {
        List<Snapshot> found = snapshots.stream()
                .map(snapshot -> snapshot(snapshot, commandLine))
                .toList();
        for (Snapshot snapshot : found) {
            if (!Files.isDirectory(snapshot.folder())) {
                throw new CommandFailedException("there is no folder " + snapshot.folder());
            }
        }
        return found;
    }

    private static Snapshot snapshot(String text, CommandLine commandLine) {
        Matcher before = STEP_BEFORE.matcher(text);
        if (before.matches()) {
            return new Snapshot(Integer.parseInt(before.group(1)), Path.of(before.group(2)));
        }
        Path folder = Path.of(text);
        Matcher inName = STEP_IN_NAME.matcher(
                folder.toAbsolutePath().normalize().getFileName().toString());
        if (!inName.matches()) {
            throw new ParameterException(
                    commandLine, "which step is " + text + " of? Write it before: --snapshot STEP=" + text);
        }
        return new Snapshot(Integer.parseInt(inName.group(1)), folder);
    }
}
