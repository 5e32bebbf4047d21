package dev.slicer.text;

/** A word of a text: UTF-16 offsets, {@code start} inclusive, {@code end} exclusive. */
public record Word(int start, int end) {
    public Word {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("word offsets must satisfy 0 <= start < end, got " + start + ".." + end);
        }
    }

    public String of(String text) {
        return text.substring(start, end);
    }
}
