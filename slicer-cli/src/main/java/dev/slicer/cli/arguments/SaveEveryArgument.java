package dev.slicer.cli.arguments;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Option of every command whose runs can be taken up again. */
public final class SaveEveryArgument {
    @Option(
            names = "--save-every",
            paramLabel = "N",
            defaultValue = "200",
            description = "Steps between two saves of a run's state. Default: ${DEFAULT-VALUE}.")
    private int steps;

    /** @throws ParameterException where it is negative */
    public int check(CommandLine commandLine) {
        if (steps < 0) {
            throw new ParameterException(commandLine, "--save-every must not be negative, got " + steps);
        }
        return steps;
    }
}
