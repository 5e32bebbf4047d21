package dev.slicer.cli.evaluate;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.training.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options for the models that a run kept, and for what is made of them. */
final class SnapshotArguments {
    private static final Pattern STEP_BEFORE = Pattern.compile("([1-9]\\d{0,8})=(.+)", Pattern.DOTALL);
    private static final Pattern STEP_IN_NAME = Pattern.compile("(?:.*\\D)?([1-9]\\d{0,8})");

    @Option(
            names = "--snapshot",
            required = true,
            arity = "1..*",
            paramLabel = "[STEP=]FOLDER",
            description = "Models that the run kept on its way to the checkpoint, see --validation and --average-last. "
                    + "The step can be left out where the folder's name ends with it, as in step-350.")
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

    /** @throws ParameterException where nothing is to be made of the snapshots */
    void check(CommandLine commandLine) {
        if (validation.isEmpty() && averageLast.isEmpty()) {
            throw new ParameterException(commandLine, "--snapshot needs --validation, --average-last or both");
        }
    }

    List<String> validation() {
        return validation;
    }

    OptionalInt averageLast() {
        return averageLast.map(OptionalInt::of).orElseGet(OptionalInt::empty);
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
                    commandLine, "cannot tell the step of snapshot " + text + "; write --snapshot STEP=" + text);
        }
        return new Snapshot(Integer.parseInt(inName.group(1)), folder);
    }
}
