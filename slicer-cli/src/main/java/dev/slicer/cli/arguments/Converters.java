package dev.slicer.cli.arguments;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers and addresses; messages name no types of Java. */
public final class Converters {
    private Converters() {}

    /** Has a command and all of its subcommands use them. */
    public static CommandLine register(CommandLine commandLine) {
        return commandLine
                .registerConverter(int.class, text -> whole(text, Integer::valueOf))
                .registerConverter(Integer.class, text -> whole(text, Integer::valueOf))
                .registerConverter(long.class, text -> whole(text, Long::valueOf))
                .registerConverter(double.class, Converters::number)
                .registerConverter(URI.class, Converters::address);
    }

    private static <N> N whole(String text, Function<String, N> parser) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + text + "' is " + (text.matches("[-+]?[0-9]+") ? "too large" : "not a whole number"));
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a number");
        }
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new TypeConversionException("'" + text + "' is not an address such as http://localhost:8081");
        }
    }
}
