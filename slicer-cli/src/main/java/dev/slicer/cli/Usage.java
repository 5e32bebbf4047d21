package dev.slicer.cli;

import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns what a person gave into what it stands for. */
final class Usage {
    private Usage() {}

    /** @throws ParameterException with the message of the {@link IllegalArgumentException} that the reading throws */
    static <T> T checked(CommandLine commandLine, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(commandLine, wrong.getMessage(), wrong);
        }
    }
}
