package dev.slicer.jobs;

import java.nio.file.Path;

/** A store that does not take a model which is whole; the model is left where it was, as hours may be in it. */
final class NotPublishedException extends RuntimeException {
    NotPublishedException(Path model, RuntimeException problem) {
        super(problem.getMessage() + "; the fine-tuned model is whole and kept in " + model.toAbsolutePath(), problem);
    }
}
