package dev.slicer.experiments;

/** Results that cannot be read, recorded or computed; the message says what and where. */
public final class ExperimentException extends RuntimeException {
    public ExperimentException(String message) {
        super(message);
    }

    public ExperimentException(String message, Throwable cause) {
        super(message, cause);
    }
}
