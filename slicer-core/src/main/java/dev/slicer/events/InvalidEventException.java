package dev.slicer.events;

/** Bytes or headers that are not the event they should be; the message says what is wrong and where. */
public class InvalidEventException extends RuntimeException {

    /** Why an event is refused. */
    public enum Reason {
        /** No bytes, bytes that are not UTF-8, or not one whole JSON value. */
        NOT_JSON,
        /** JSON of another shape: a field of the wrong type. */
        WRONG_TYPE,
        /** A field is missing or its value makes no sense. */
        INVALID_VALUE,
        /** CloudEvents headers that break the specification or announce another type of event. */
        INVALID_HEADER
    }

    private final Reason reason;

    public InvalidEventException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public InvalidEventException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
