package dev.slicer.inference;

/** A model that was opened fails on ordinary texts. */
final class BrokenModelException extends RuntimeException {
    BrokenModelException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
