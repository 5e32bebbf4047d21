package dev.slicer.jobs;

/** A model that could not be scored; it is left where it was, as hours may be in it. */
final class NotScoredException extends RuntimeException {
    NotScoredException(RuntimeException problem) {
        super("the run could not be scored: " + problem.getMessage(), problem);
    }
}
