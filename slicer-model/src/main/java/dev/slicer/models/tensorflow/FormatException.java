package dev.slicer.models.tensorflow;

import dev.slicer.models.fetching.ModelException;

/** Bytes that are not what their format demands; callers, which know the file's name, turn it into a {@link ModelException}. */
final class FormatException extends RuntimeException {
    FormatException(String problem) {
        super(problem);
    }
}
