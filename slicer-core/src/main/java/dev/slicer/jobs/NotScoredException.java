package dev.slicer.jobs;

import java.nio.file.Path;

/** A model that could not be scored; it is left where it was, as hours may be in it. */
final class NotScoredException extends RuntimeException {
    NotScoredException(Path model, RuntimeException problem) {
        super(
                "the run could not be scored: " + problem.getMessage() + "; the fine-tuned model is whole and kept in "
                        + model.toAbsolutePath(),
                problem);
    }
}
