package dev.slicer.metrics;

/**
 * Entities by how they match, as nervaluate (SemEval 2013, task 9.1) counts them under one of its schemas.
 *
 * @param correct predicted as they are in gold
 * @param incorrect predicted at a gold entity's place, but otherwise
 * @param partial overlapping a gold entity; only the partial schema has them
 * @param missed gold entities that nothing was predicted for
 * @param spurious predicted where gold has nothing
 */
public record MatchCounts(long correct, long incorrect, long partial, long missed, long spurious) {
    public static final MatchCounts NONE = new MatchCounts(0, 0, 0, 0, 0);

    public MatchCounts {
        if (correct < 0 || incorrect < 0 || partial < 0 || missed < 0 || spurious < 0) {
            throw new IllegalArgumentException("counts can't be negative: " + correct + ", " + incorrect + ", "
                    + partial + ", " + missed + ", " + spurious);
        }
    }

    public MatchCounts plus(MatchCounts other) {
        return new MatchCounts(
                correct + other.correct,
                incorrect + other.incorrect,
                partial + other.partial,
                missed + other.missed,
                spurious + other.spurious);
    }

    /** Takes back what was added before. */
    public MatchCounts minus(MatchCounts other) {
        return new MatchCounts(
                correct - other.correct,
                incorrect - other.incorrect,
                partial - other.partial,
                missed - other.missed,
                spurious - other.spurious);
    }

    /** Gold entities. */
    public long possible() {
        return correct + incorrect + partial + missed;
    }

    /** Predicted entities. */
    public long actual() {
        return correct + incorrect + partial + spurious;
    }

    /** 0 to 1, a partial match counting half; 0 where nothing was predicted. */
    public double precision() {
        return ratio(actual());
    }

    /** 0 to 1, a partial match counting half; 0 where there is no gold entity. */
    public double recall() {
        return ratio(possible());
    }

    /** Harmonic mean of precision and recall, 0 to 1; 0 where there is no entity at all. */
    public double f1() {
        return 2 * ratio(actual() + possible());
    }

    private double ratio(long whole) {
        return whole == 0 ? 0 : (correct + 0.5 * partial) / whole;
    }
}
