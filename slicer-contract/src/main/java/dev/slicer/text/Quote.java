package dev.slicer.text;

/** What a message shows of somebody's text: enough to find the place by, not enough to carry a file away. */
public final class Quote {
    private static final int MAX_CHARACTERS = 80;

    private Quote() {}

    /** In quotation marks. */
    public static String of(String content) {
        return "'" + shortened(content) + "'";
    }

    /** The first 80 characters, and no control characters, which could paint over a terminal. */
    public static String shortened(String content) {
        int end = Math.min(content.length(), MAX_CHARACTERS);
        if (end < content.length() && Character.isHighSurrogate(content.charAt(end - 1))) {
            end--;
        }
        String shown = content.substring(0, end).replaceAll("\\p{Cntrl}", "\uFFFD");
        return end < content.length() ? shown + "…" : shown;
    }
}
