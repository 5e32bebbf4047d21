package dev.slicer.text;

/** The beginning of a text that may be of any length, such as a message that quotes what somebody sent. */
public final class Excerpt {
    /** UTF-16 units. */
    static final int LONGEST = 1_000;

    private Excerpt() {}

    /** At most {@value #LONGEST} UTF-16 units of a text and, where that is not all of it, an ellipsis. */
    public static String of(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }
}
