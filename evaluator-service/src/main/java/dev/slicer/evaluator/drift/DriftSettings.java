package dev.slicer.evaluator.drift;

import java.time.Duration;

/**
 * @param current the last documents, which are compared with
 * @param reference those that came before them
 * @param minDocuments that both windows must have, so that chance alone makes no difference
 */
public record DriftSettings(Duration current, Duration reference, int minDocuments) {
    private static final int WINDOWS_OF_CURRENT = 6;

    long windowMillis() {
        return Math.max(1, current.toMillis() / WINDOWS_OF_CURRENT);
    }

    long keptMillis() {
        return current.plus(reference).toMillis() + windowMillis();
    }
}
