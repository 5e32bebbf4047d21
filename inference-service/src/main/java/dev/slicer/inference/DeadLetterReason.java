package dev.slicer.inference;

import dev.slicer.events.InvalidEventException;

/** Why a record of the documents topic got no entities, as in the header {@code dead-letter-reason}. */
enum DeadLetterReason {
    NOT_JSON,
    WRONG_TYPE,
    INVALID_VALUE,
    INVALID_HEADER,
    /** Longer than {@code slicer.inference.max-text-length}. */
    TEXT_TOO_LONG,
    /** The model fails on this text and on no other. */
    TAGGING_FAILED,
    /** More entities than a Kafka record holds. */
    RESULT_TOO_LARGE;

    static DeadLetterReason of(InvalidEventException e) {
        return switch (e.reason()) {
            case NOT_JSON -> NOT_JSON;
            case WRONG_TYPE -> WRONG_TYPE;
            case INVALID_VALUE -> INVALID_VALUE;
            case INVALID_HEADER -> INVALID_HEADER;
        };
    }
}
