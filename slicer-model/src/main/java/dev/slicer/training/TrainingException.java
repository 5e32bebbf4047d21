package dev.slicer.training;

/** A fine-tuning run that cannot start or go on; the message says what and where. */
public class TrainingException extends RuntimeException {
    public TrainingException(String message) {
        super(message);
    }

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
