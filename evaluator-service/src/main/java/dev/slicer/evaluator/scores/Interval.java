package dev.slicer.evaluator.scores;

/** A confidence interval, both ends included. */
record Interval(double low, double high) {
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("an interval must satisfy low <= high, got " + low + ".." + high);
        }
    }

    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
