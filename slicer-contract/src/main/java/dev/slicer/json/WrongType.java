package dev.slicer.json;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.slicer.text.Word;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** JSON of a type that is not the expected one, told in JSON's words instead of Java's and without its value. */
final class WrongType {
    static final String UNKNOWN = "the value is of another type than it must be";

    /** How the library names what it found; the parser is closed by then and knows no more. */
    private static final Pattern SHAPE = Pattern.compile("(?:from|coerce) ([\\w-]+) value");

    private static final Map<String, String> FOUND = Map.of(
            "Array", "an array",
            "Object", "an object",
            "String", "a string",
            "Integer", "a number",
            "Floating-point", "a number with a fraction",
            "Boolean", "true or false",
            "Null", "null");

    private static final Map<Class<?>, String> EXPECTED = Map.ofEntries(
            Map.entry(boolean.class, "true or false"),
            Map.entry(Boolean.class, "true or false"),
            Map.entry(int.class, "a whole number"),
            Map.entry(Integer.class, "a whole number"),
            Map.entry(OptionalInt.class, "a whole number"),
            Map.entry(long.class, "a whole number"),
            Map.entry(Long.class, "a whole number"),
            Map.entry(OptionalDouble.class, "a number"),
            Map.entry(Instant.class, "a time such as 2026-01-31T12:00:00Z"),
            Map.entry(URI.class, "an address such as file:///var/checkpoints/a"),
            Map.entry(Word.class, "a pair [start, end]"));

    private WrongType() {}

    /** Whether something follows after a whole value. */
    static boolean isTrailing(MismatchedInputException problem) {
        return problem.getOriginalMessage().startsWith("Trailing token");
    }

    /** Whether a field that must be there is not. */
    static boolean isMissing(MismatchedInputException problem) {
        return problem.getOriginalMessage().startsWith("Missing ");
    }

    /** Whether there is no value at all. */
    static boolean isAbsent(MismatchedInputException problem) {
        return problem.getOriginalMessage().startsWith("No content");
    }

    static String describe(MismatchedInputException problem) {
        String expected = expected(problem.getTargetType());
        String found = found(problem);
        if (expected.isEmpty()) {
            return UNKNOWN;
        }
        return "expected " + expected + (found.isEmpty() ? "" : ", got " + found);
    }

    static String describe(InputCoercionException problem) {
        String range = problem.getTargetType() == int.class
                ? " between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE
                : "";
        return "expected a whole number" + range + ", got another one";
    }

    private static String expected(Class<?> type) {
        if (type == null) {
            return "";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(String::valueOf)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (EXPECTED.containsKey(type)) {
            return EXPECTED.get(type);
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "a string";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        return type.isRecord() || Map.class.isAssignableFrom(type) ? "an object" : "";
    }

    private static String found(MismatchedInputException problem) {
        if (problem instanceof InvalidFormatException format && format.getValue() instanceof String) {
            return "another string";
        }
        Matcher shape = SHAPE.matcher(problem.getOriginalMessage());
        if (!shape.find()) {
            return problem.getOriginalMessage().contains("`null`") ? "null" : "";
        }
        return FOUND.getOrDefault(shape.group(1), "");
    }
}
