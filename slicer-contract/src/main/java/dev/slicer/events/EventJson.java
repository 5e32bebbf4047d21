package dev.slicer.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What is sent as JSON, events and requests, with problems told in words for the sender. */
public final class EventJson {
    private static final String NOT_JSON = "not JSON: ";
    /** As a tree they take some 100 MB; the longest text that has the offsets of its words takes a quarter. */
    private static final int MOST_TOKENS = 2_000_000;

    /**
     * Strangers' JSON. A text is as long as the bytes that came are, so the limits on those are the ones that senders meet;
     * a name that is there twice would mean one thing to one reader and another to the next.
     */
    private static final ObjectReader SENT = Json.mapper()
            .reader()
            .with(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .build());

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
            throw new InvalidEventException(Reason.NOT_JSON, "there is no value");
        }
        requireUtf8(json);
        try {
            T value = SENT.forType(type).readValue(json);
            if (value == null) {
                throw new InvalidEventException(Reason.WRONG_TYPE, "the value is null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw invalid(e);
        } catch (IOException e) {
            // What is left of IOException when reading from memory.
            throw new InvalidEventException(Reason.NOT_JSON, NOT_JSON + "it is not UTF-8");
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

    /** What is wrong with some JSON, as a refusal of what was sent; without the problem as its cause, which quotes that. */
    public static InvalidEventException invalid(JsonProcessingException problem) {
        JsonProblem words = JsonProblem.of(problem);
        return switch (words.kind()) {
            case SYNTAX, LIMIT -> new InvalidEventException(Reason.NOT_JSON, NOT_JSON + words.message());
            case SIZE -> new InvalidEventException(Reason.TOO_LARGE, words.message());
            case TYPE -> new InvalidEventException(Reason.WRONG_TYPE, words.message());
            case VALUE -> new InvalidEventException(Reason.INVALID_VALUE, words.message());
        };
    }
}
