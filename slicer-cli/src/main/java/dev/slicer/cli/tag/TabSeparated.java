package dev.slicer.cli.tag;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Lines of tab-separated fields; characters that would end a field or a line are escaped. */
final class TabSeparated {
    private TabSeparated() {}

    /**
     * A line. Tab, line feed, carriage return and backslash in a field become {@code \t \n \r \\}; so that no terminal obeys
     * them and no reader takes them for a line's end, other controls and Unicode's separators become {@code \}{@code u2028}.
     */
    static String line(String... fields) {
        return Arrays.stream(fields).map(TabSeparated::escaped).collect(Collectors.joining("\t"));
    }

    private static String escaped(String field) {
        return field.codePoints().mapToObj(TabSeparated::escaped).collect(Collectors.joining());
    }

    private static String escaped(int codePoint) {
        return switch (codePoint) {
            case '\\' -> "\\\\";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            default ->
                isControlOrSeparator(codePoint)
                        ? String.format(Locale.ROOT, "\\u%04x", codePoint)
                        : Character.toString(codePoint);
        };
    }

    private static boolean isControlOrSeparator(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
