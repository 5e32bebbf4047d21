package dev.slicer.metrics;

/**
 * Entities found and missed.
 *
 * @param truePositives predicted entities that are gold entities
 * @param falsePositives predicted entities that are none
 * @param falseNegatives gold entities that were not predicted
 */
public record Counts(long truePositives, long falsePositives, long falseNegatives) {
    public static final Counts NONE = new Counts(0, 0, 0);

    public Counts {
        if (truePositives < 0 || falsePositives < 0 || falseNegatives < 0) {
            throw new IllegalArgumentException(
                    "counts can't be negative: " + truePositives + ", " + falsePositives + ", " + falseNegatives);
        }
    }

    public Counts plus(Counts other) {
        return new Counts(
                truePositives + other.truePositives,
                falsePositives + other.falsePositives,
                falseNegatives + other.falseNegatives);
    }

    /** Takes back what was added before. */
    public Counts minus(Counts other) {
        return new Counts(
                truePositives - other.truePositives,
                falsePositives - other.falsePositives,
                falseNegatives - other.falseNegatives);
    }

    /** Gold entities. */
    public long support() {
        return truePositives + falseNegatives;
    }

    /** 0 to 1; 0 where nothing was predicted, as seqeval has it. */
    public double precision() {
        return ratio(truePositives, truePositives + falsePositives);
    }

    /** 0 to 1; 0 where there is no gold entity. */
    public double recall() {
        return ratio(truePositives, support());
    }

    /** Harmonic mean of precision and recall, 0 to 1; 0 where there is no entity at all. */
    public double f1() {
        return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
