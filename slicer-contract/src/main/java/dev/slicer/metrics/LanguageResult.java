package dev.slicer.metrics;

/**
 * What two checkpoints got right and wrong in the same documents of a language of a benchmark.
 *
 * @param documents that the current checkpoint answered
 * @param unanswered those among them that the candidate did not answer, whose entities {@code candidate} counts as not
 *     found
 */
public record LanguageResult(
        String benchmark, String language, int documents, int unanswered, Counts current, Counts candidate) {
    public LanguageResult {
        if (unanswered < 0 || documents < unanswered) {
            throw new IllegalArgumentException(
                    "unanswered must be between 0 and documents, got " + unanswered + " of " + documents);
        }
    }
}
