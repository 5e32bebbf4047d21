package dev.slicer.models;

/** Bytes that are not what their format demands; whoever knows the file's name turns it into a {@link ModelException}. */
final class FormatException extends RuntimeException {
    FormatException(String problem) {
        super(problem);
    }
}
