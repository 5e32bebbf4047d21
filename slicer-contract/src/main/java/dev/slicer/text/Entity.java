package dev.slicer.text;

/**
 * An entity found in a text; {@code text} is always the slice of the document's text between the offsets.
 *
 * @param start first UTF-16 unit
 * @param end one past the last UTF-16 unit
 * @param startCodePoint {@code start} counted in code points
 * @param endCodePoint {@code end} counted in code points
 * @param score mean probability of the entity's word labels, 0 to 1
 */
public record Entity(
        String type, String text, int start, int end, int startCodePoint, int endCodePoint, double score) {}
