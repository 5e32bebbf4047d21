package dev.slicer.events;

import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** JSON of a type that is not the expected one, told in JSON's words instead of Java's. */
final class WrongType {
    /** How Jackson names what it found, with scalars' values; the parser is closed by then and knows no more. */
    private static final Pattern SHAPE =
            Pattern.compile("(?:from|coerce) ([\\w-]+) value(?: \\((?!token)(.{1,40})\\))?");

    private static final Map<String, String> FOUND = Map.of(
            "Array", "an array",
            "Object", "an object",
            "String", "a string",
            "Integer", "a number",
            "Floating-point", "a number",
            "Boolean", "true or false",
            "Null", "null");

    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);

    private WrongType() {}

    static String describe(MismatchedInputException problem) {
        String expected = expected(problem.getTargetType());
        String found = found(problem);
        return expected.isEmpty() || found.isEmpty()
                ? problem.getOriginalMessage()
                : "expected " + expected + ", got " + found;
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
        if (CharSequence.class.isAssignableFrom(type)) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (WHOLE.contains(type)) {
            return "a whole number";
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
        if (problem instanceof InvalidFormatException format && format.getValue() instanceof String text) {
            return '"' + text + '"';
        }
        Matcher shape = SHAPE.matcher(problem.getOriginalMessage());
        if (!shape.find()) {
            return "";
        }
        return shape.group(2) == null ? FOUND.getOrDefault(shape.group(1), "") : shape.group(2);
    }
}
