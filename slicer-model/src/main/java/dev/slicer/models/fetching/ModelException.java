package dev.slicer.models.fetching;

/** A base model that cannot be had; the message names the model, what is wrong and what to do about it. */
public class ModelException extends RuntimeException {
    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
