package dev.slicer.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is wrong with some JSON in the words of the one who wrote it. What the library says is never repeated: it names
 * its own classes, settings and remedies, which only a programmer could use, and quotes what was sent.
 *
 * @param message with the field, where one is at fault, and the line, where there are lines
 */
public record JsonProblem(Kind kind, String message) {

    public enum Kind {
        /** No JSON at all, or more than one value. */
        SYNTAX,
        /** JSON that is nested deeper, or has longer numbers or names, than is read. */
        LIMIT,
        /** More values than are read at once. */
        SIZE,
        /** A value of another type than the field has. */
        TYPE,
        /** A field that is missing, is there twice, or makes no sense. */
        VALUE
    }

    public static JsonProblem of(JsonProcessingException problem) {
        return of(problem, JsonProblem::lineAndColumn);
    }

    /** Of JSON that is a line of a file, whose number the reader of the file knows. */
    public static JsonProblem ofLine(JsonProcessingException problem) {
        return of(problem, place -> "column " + place.getColumnNr());
    }

    private static JsonProblem of(JsonProcessingException problem, Function<JsonLocation, String> place) {
        if (problem instanceof ValueInstantiationException) {
            // Our own records say what is wrong with a value; whatever else a constructor throws is about Java.
            String message = problem.getCause() instanceof IllegalArgumentException e
                    ? e.getMessage()
                    : "the value makes no sense";
            return new JsonProblem(Kind.VALUE, path(problem) + message);
        }
        String position = position(problem.getLocation(), place);
        Optional<StreamConstraintsException> limit = cause(problem, StreamConstraintsException.class);
        if (limit.isPresent()) {
            return JsonLimit.problem(limit.get().getOriginalMessage(), position);
        }
        Optional<InputCoercionException> outOfRange = cause(problem, InputCoercionException.class);
        if (outOfRange.isPresent()) {
            return new JsonProblem(Kind.TYPE, path(problem) + WrongType.describe(outOfRange.get()) + position);
        }
        Optional<StreamReadException> unreadable = cause(problem, StreamReadException.class);
        if (unreadable.isPresent()) {
            return JsonSyntax.problem(
                    unreadable.get(), position(unreadable.get().getLocation(), place));
        }
        if (cause(problem, IOException.class).filter(e -> e != problem).isPresent()) {
            // Among the causes of a mapping problem only the parser's own are I/O.
            return new JsonProblem(Kind.SYNTAX, JsonSyntax.NOT_UTF_8 + position);
        }
        if (problem instanceof MismatchedInputException mismatch) {
            if (WrongType.isTrailing(mismatch)) {
                return new JsonProblem(Kind.SYNTAX, "something follows after the end of the value" + position);
            }
            if (WrongType.isMissing(mismatch)) {
                return new JsonProblem(Kind.VALUE, path(problem) + "is missing" + position);
            }
            return WrongType.isAbsent(mismatch)
                    ? new JsonProblem(Kind.SYNTAX, "there is nothing but white space")
                    : new JsonProblem(Kind.TYPE, path(problem) + WrongType.describe(mismatch) + position);
        }
        return new JsonProblem(Kind.TYPE, path(problem) + WrongType.UNKNOWN + position);
    }

    /** The first of a type among a problem and its causes, the outermost first. */
    private static <T extends Throwable> Optional<T> cause(Throwable problem, Class<T> type) {
        for (Throwable each = problem; each != null; each = each.getCause()) {
            if (type.isInstance(each) && !(each instanceof JsonMappingException)) {
                return Optional.of(type.cast(each));
            }
        }
        return Optional.empty();
    }

    /** As {@code words[0].end: }; empty for the whole. */
    private static String path(JsonProcessingException problem) {
        if (!(problem instanceof JsonMappingException mapping)
                || mapping.getPath().isEmpty()) {
            return "";
        }
        return mapping.getPath().stream()
                        .map(step ->
                                step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                        .collect(Collectors.joining())
                        .substring(mapping.getPath().get(0).getFieldName() == null ? 0 : 1)
                + ": ";
    }

    private static String position(JsonLocation location, Function<JsonLocation, String> place) {
        // JSON that was read into a tree has no lines.
        return location == null || location.getLineNr() < 1 ? "" : " (" + place.apply(location) + ")";
    }

    private static String lineAndColumn(JsonLocation location) {
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
