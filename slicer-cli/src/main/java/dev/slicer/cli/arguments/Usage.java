package dev.slicer.cli.arguments;

import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reports an unusable value as wrong usage. */
public final class Usage {
    private Usage() {}

    /** @throws ParameterException with the message of the {@link IllegalArgumentException} that the check throws */
    public static void check(CommandLine commandLine, Runnable check) {
        checked(commandLine, () -> {
            check.run();
            return Optional.empty();
        });
    }

    /** @throws ParameterException with the message of the {@link IllegalArgumentException} that the reading throws */
    public static <T> T checked(CommandLine commandLine, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(commandLine, wrong.getMessage(), wrong);
        }
    }
}
