package dev.slicer.events;

import dev.slicer.text.Excerpt;

/** Bytes or headers that are not the event they should be; the message says what is wrong and where, and repeats nothing of it. */
public class InvalidEventException extends RuntimeException {

    /** Why an event is refused. */
    public enum Reason {
        /** No bytes, bytes that are not UTF-8, not one whole JSON value, or one that is nested deeper than is read. */
        NOT_JSON,
        /** More values than are read at once. */
        TOO_LARGE,
        /** JSON of another shape: a field of the wrong type. */
        WRONG_TYPE,
        /** A field is missing or there twice, or its value makes no sense. */
        INVALID_VALUE,
        /** CloudEvents headers that break the specification or announce another type of event. */
        INVALID_HEADER
    }

    private final Reason reason;

    public InvalidEventException(Reason reason, String message) {
        super(Excerpt.of(message));
        this.reason = reason;
    }

    public InvalidEventException(Reason reason, String message, Throwable cause) {
        super(Excerpt.of(message), cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
