package dev.slicer.service.metrics;

/** Values of a metric's label that senders choose: the first of them, and one for all that come when there are enough. */
public final class BoundedLabels {
    /** For values that come when there are enough, and for those that are too long. */
    public static final String OTHER = "other";

    private static final int MAX_LENGTH = 128;

    private final FirstOnes<String> first;

    /** @param most how many values there are at most, beside {@link #OTHER} */
    public BoundedLabels(int most) {
        first = new FirstOnes<>(most);
    }

    /** The label of a value; the same each time. */
    public String of(String value) {
        return value.length() <= MAX_LENGTH && first.has(value) ? value : OTHER;
    }
}
