package dev.slicer.text;

/**
 * Converts UTF-16 offsets of one text to code points. Each question counts on from the last, so that offsets asked in
 * order cost one pass over the text. Not for several threads.
 */
public final class CodePoints {
    private final String text;
    private int offset;
    private int codePoint;

    public CodePoints(String text) {
        this.text = text;
    }

    /**
     * Code points before a UTF-16 offset.
     *
     * @throws IndexOutOfBoundsException outside of the text
     */
    public int at(int utf16Offset) {
        codePoint += utf16Offset >= offset
                ? text.codePointCount(offset, utf16Offset)
                : -text.codePointCount(utf16Offset, offset);
        offset = utf16Offset;
        return codePoint;
    }

    /**
     * The UTF-16 offset of a code point.
     *
     * @throws IndexOutOfBoundsException where the text has fewer code points
     */
    public static int toUtf16(String text, int codePoint) {
        return text.offsetByCodePoints(0, codePoint);
    }
}
