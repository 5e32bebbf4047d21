package dev.slicer.kafka.records;

import dev.slicer.events.InvalidEventException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Why a record lies with the dead letters: all reasons that any service has. */
public enum DeadLetterReason {
    /** No value, bytes that are not UTF-8, not one whole JSON value, or one that is nested deeper than is read. */
    NOT_JSON,
    /** JSON of another shape: a field of the wrong type. */
    WRONG_TYPE,
    /** A field is missing or there twice, its value makes no sense, or there are more values than are read at once. */
    INVALID_VALUE,
    /** CloudEvents headers that break the specification or announce another type of event. */
    INVALID_HEADER,
    /** Longer than {@code slicer.inference.max-text-length}. */
    TEXT_TOO_LONG,
    /** The model fails on this text and on no other. */
    TAGGING_FAILED,
    /** More entities than a Kafka record holds. */
    RESULT_TOO_LARGE,
    /** A labelled document larger than the records that are made of it may be. */
    RECORD_TOO_LARGE,
    /** A labelled document of the same id came before, with other words or tags. */
    GOLD_CONFLICT,
    /** The words of a labelled document are not those of its text, or an entity holds none of them. */
    GOLD_NOT_ALIGNED,
    /** None of {@code slicer.evaluator.benchmarks}. */
    UNKNOWN_BENCHMARK,
    /** No language of ISO 639. */
    UNKNOWN_LANGUAGE,
    /** A label of none of {@code slicer.evaluator.types}. */
    UNKNOWN_TYPE;

    /** Of a document that is to be tagged. */
    public static final Set<DeadLetterReason> OF_DOCUMENTS = Collections.unmodifiableSet(EnumSet.of(
            NOT_JSON, WRONG_TYPE, INVALID_VALUE, INVALID_HEADER, TEXT_TOO_LONG, TAGGING_FAILED, RESULT_TOO_LARGE));

    /** Of a labelled document. */
    public static final Set<DeadLetterReason> OF_LABELLED_DOCUMENTS = Collections.unmodifiableSet(EnumSet.of(
            NOT_JSON,
            WRONG_TYPE,
            INVALID_VALUE,
            INVALID_HEADER,
            RECORD_TOO_LARGE,
            GOLD_CONFLICT,
            GOLD_NOT_ALIGNED,
            UNKNOWN_BENCHMARK,
            UNKNOWN_LANGUAGE,
            UNKNOWN_TYPE));

    public static DeadLetterReason of(InvalidEventException e) {
        return switch (e.reason()) {
            case NOT_JSON -> NOT_JSON;
            case WRONG_TYPE -> WRONG_TYPE;
            case INVALID_VALUE, TOO_LARGE -> INVALID_VALUE;
            case INVALID_HEADER -> INVALID_HEADER;
        };
    }

    /** Its one spelling, in the header {@code dead-letter-reason} and in metrics: {@code not_json}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
