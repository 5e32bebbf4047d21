package dev.slicer.labels;

/** An entity over words: {@code start} inclusive, {@code end} exclusive, both word indexes. */
public record Span(String type, int start, int end) {
    public Span {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("span must satisfy 0 <= start < end, got " + start + ".." + end);
        }
    }
}
