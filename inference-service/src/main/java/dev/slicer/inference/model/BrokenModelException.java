package dev.slicer.inference.model;

/** A model that was opened fails on ordinary texts. */
public final class BrokenModelException extends RuntimeException {
    public BrokenModelException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
