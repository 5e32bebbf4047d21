package dev.slicer.jobs;

/** A store that does not take a model which is whole; the model is left where it was, as hours may be in it. */
final class NotPublishedException extends RuntimeException {
    NotPublishedException(RuntimeException problem) {
        super(problem.getMessage(), problem);
    }
}
