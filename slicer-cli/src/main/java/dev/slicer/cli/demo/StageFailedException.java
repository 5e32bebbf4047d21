package dev.slicer.cli.demo;

/** A stage of the demonstration that did not work; the message names it and says why. */
public final class StageFailedException extends RuntimeException {
    StageFailedException(String stage, RuntimeException cause) {
        super("stage '" + stage + "' failed: " + (cause.getMessage() == null ? cause : cause.getMessage()), cause);
    }
}
