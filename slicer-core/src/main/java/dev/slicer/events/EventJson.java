package dev.slicer.events;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Events as JSON, with problems told in words for the sender. */
public final class EventJson {
    /** Where the parser says that something unfinished began; it names its settings there. */
    private static final Pattern PARSER_SOURCE = Pattern.compile(" \\(start marker at \\[[^\\]]*]\\)");

    private EventJson() {}

    public static byte[] write(Object value) {
        try {
            return Json.mapper().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /**
     * @param json UTF-8; null, as in a Kafka tombstone, is no event
     * @throws InvalidEventException saying what is wrong, and where in the JSON
     */
    public static <T> T read(byte[] json, Class<T> type) {
        if (json == null || json.length == 0) {
            throw new InvalidEventException(Reason.NOT_JSON, "the record has no value");
        }
        requireUtf8(json);
        try {
            T value = Json.mapper().readValue(json, type);
            if (value == null) {
                throw new InvalidEventException(Reason.WRONG_TYPE, "the value is null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw invalid(e);
        } catch (IOException e) {
            // What is left of IOException when reading from memory: bytes that are no UTF-8.
            throw new InvalidEventException(Reason.NOT_JSON, "not JSON: " + e.getMessage(), e);
        }
    }

    /** The parser would guess another encoding from bytes of 0, and complain of characters that nobody has sent. */
    private static void requireUtf8(byte[] json) {
        TextEncoding.otherThanUtf8(json).ifPresent(encoding -> {
            throw new InvalidEventException(Reason.NOT_JSON, "not JSON in UTF-8: the value is " + encoding);
        });
        for (int i = 0; i < Math.min(json.length, Integer.BYTES); i++) {
            if (json[i] == 0) {
                throw new InvalidEventException(Reason.NOT_JSON, "not JSON: byte " + i + " of the value is 0");
            }
        }
    }

    /** What is wrong with some JSON in words for the one who sent it, instead of in Jackson's. */
    public static InvalidEventException invalid(JsonProcessingException problem) {
        if (problem instanceof ValueInstantiationException
                && problem.getCause() instanceof IllegalArgumentException e) {
            return new InvalidEventException(Reason.INVALID_VALUE, at(problem) + e.getMessage(), problem);
        }
        if (problem instanceof ValueInstantiationException) {
            return new InvalidEventException(Reason.INVALID_VALUE, at(problem) + "the value makes no sense", problem);
        }
        if (problem instanceof JsonParseException || problem.getCause() instanceof IOException) {
            // Among the causes of a mapping problem only the parser's own are I/O: bytes that are no JSON or no UTF-8.
            String message = PARSER_SOURCE.matcher(problem.getOriginalMessage()).replaceAll("");
            return new InvalidEventException(Reason.NOT_JSON, "not JSON: " + message + position(problem), problem);
        }
        String message = problem instanceof MismatchedInputException mismatch
                ? WrongType.describe(mismatch)
                : problem.getOriginalMessage();
        return new InvalidEventException(Reason.WRONG_TYPE, at(problem) + message + position(problem), problem);
    }

    private static String at(JsonProcessingException problem) {
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

    private static String position(JsonProcessingException problem) {
        // JSON that was read into a tree has no lines.
        return problem.getLocation() == null || problem.getLocation().getLineNr() < 1
                ? ""
                : " (line " + problem.getLocation().getLineNr() + ", column "
                        + problem.getLocation().getColumnNr() + ")";
    }
}
