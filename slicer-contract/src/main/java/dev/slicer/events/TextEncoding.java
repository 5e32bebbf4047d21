package dev.slicer.events;

import java.util.Optional;

/**
 * Tells JSON in UTF-16 or UTF-32 by its first bytes: it begins with a byte order mark or, as all JSON does, with ASCII
 * characters (RFC 4627, section 3).
 */
public final class TextEncoding {
    private static final String BEGINNINGS = "{[\" \t\r\n";

    private TextEncoding() {}

    /** Its name where it is UTF-16 or UTF-32. */
    public static Optional<String> otherThanUtf8(byte[] json) {
        if (begins(json, 0xff, 0xfe, 0, 0) || begins(json, 0, 0, 0xfe, 0xff)) {
            return Optional.of("UTF-32");
        }
        if (begins(json, 0xff, 0xfe) || begins(json, 0xfe, 0xff)) {
            return Optional.of("UTF-16");
        }
        if (isText(json, 4, 3) || isText(json, 4, 0)) {
            return Optional.of("UTF-32");
        }
        return isText(json, 2, 1) || isText(json, 2, 0) ? Optional.of("UTF-16") : Optional.empty();
    }

    private static boolean begins(byte[] bytes, int... beginning) {
        if (bytes.length < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (Byte.toUnsignedInt(bytes[i]) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the first two characters of so many bytes each are ASCII, the first one that JSON begins with.
     *
     * @param at which of a character's bytes is not 0
     */
    private static boolean isText(byte[] bytes, int width, int at) {
        if (bytes.length < 2 * width || bytes.length % width != 0 || BEGINNINGS.indexOf(bytes[at]) < 0) {
            return false;
        }
        for (int i = 0; i < 2 * width; i++) {
            if (i % width == at ? bytes[i] <= 0 : bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
