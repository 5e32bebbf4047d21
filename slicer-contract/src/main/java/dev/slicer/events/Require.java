package dev.slicer.events;

import dev.slicer.text.LanguageTag;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** The checks that event records share; each names the field. */
public final class Require {
    private static final int LONGEST_NAME = 255;
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    /** What RFC 3339 can write: years of four digits. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    /** Of what a document or a comparison holds; sums of billions of them still fit. */
    private static final long LARGEST_COUNT = Integer.MAX_VALUE;

    private Require() {}

    static <T> T present(String field, T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    static String notBlank(String field, String value) {
        if (present(field, value).isBlank()) {
            throw new IllegalArgumentException(field + " is blank");
        }
        return wellFormed(field, value);
    }

    /** Of a checkpoint or a job, which a folder is named after: it leads nowhere else. */
    static String id(String field, String value) {
        if (!CheckpointIds.isValid(notBlank(field, value))) {
            throw new IllegalArgumentException(field + " " + CheckpointIds.RULE);
        }
        return value;
    }

    /**
     * Of a checkpoint's manifest.
     *
     * @throws IllegalArgumentException naming the field
     */
    public static void digest(String field, String value) {
        if (!DIGEST.matcher(present(field, value)).matches()) {
            throw new IllegalArgumentException(field + " must be sha256: and 64 hexadecimal digits in lower case");
        }
    }

    /** One line, and no path. */
    static String name(String field, String value) {
        if (notBlank(field, value).length() > LONGEST_NAME
                || value.chars().anyMatch(unit -> Character.isISOControl(unit) || unit == '/' || unit == '\\')) {
            throw new IllegalArgumentException(
                    field + " must be a name of up to " + LONGEST_NAME + " characters without line breaks and slashes");
        }
        return value;
    }

    /** Of an entity: scores have a field for each type, and names of fields have their limit in JSON. */
    static String type(String field, String value) {
        return atMostAName(field, notBlank(field, value));
    }

    /** Each with a type. @return a copy; nothing for null */
    static List<String> tags(String field, List<String> values) {
        List<String> copy = all(field, values);
        for (int i = 0; i < copy.size(); i++) {
            atMostAName(field + "[" + i + "]", copy.get(i));
        }
        return copy;
    }

    private static String atMostAName(String field, String value) {
        if (value.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    field + " must have at most " + LONGEST_NAME + " characters, got " + value.length());
        }
        return value;
    }

    static Instant time(String field, Instant value) {
        if (present(field, value).isBefore(FIRST) || value.isAfter(LAST)) {
            throw new IllegalArgumentException(field + " must be in the years 1 to 9999, got " + value);
        }
        return value;
    }

    /** @return a copy; nothing for null */
    static <T> List<T> all(String field, List<T> values) {
        if (values == null) {
            return List.of();
        }
        for (int i = 0; i < values.size(); i++) {
            present(field + "[" + i + "]", values.get(i));
        }
        return List.copyOf(values);
    }

    /** As {@link #all}, and none is blank. */
    static List<String> texts(String field, List<String> values) {
        List<String> copy = all(field, values);
        copy.forEach(value -> notBlank(field, value));
        return copy;
    }

    /** @return a copy in the order given; nothing for null */
    static <V> Map<String, V> all(String field, Map<String, V> values) {
        Map<String, V> copy = values == null ? Map.of() : new LinkedHashMap<>(values);
        copy.forEach((key, value) -> {
            notBlank(field, key);
            present(field + "." + key, value);
        });
        return Collections.unmodifiableMap(copy);
    }

    /** Half a surrogate pair can be written in JSON's escapes but not in UTF-8, so no answer could repeat it. */
    public static String wellFormed(String field, String value) {
        for (int i = 0; i < present(field, value).length(); i++) {
            char unit = value.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                throw new IllegalArgumentException(field + " has half a surrogate pair at offset " + i);
            }
        }
        return value;
    }

    static void notEmpty(String field, Collection<?> values) {
        if (present(field, values).isEmpty()) {
            throw new IllegalArgumentException(field + " is empty");
        }
    }

    static void language(Optional<String> language) {
        language.ifPresent(LanguageTag::require);
    }

    static void notNegative(String field, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(field + " must be a number of at least 0, got " + value);
        }
    }

    static void count(String field, long value) {
        if (value < 0 || value > LARGEST_COUNT) {
            throw new IllegalArgumentException(field + " must be between 0 and " + LARGEST_COUNT + ", got " + value);
        }
    }

    static void share(String field, OptionalDouble value) {
        if (value.isPresent() && !(value.getAsDouble() >= 0 && value.getAsDouble() <= 1)) {
            throw new IllegalArgumentException(field + " must be between 0 and 1, got " + value.getAsDouble());
        }
    }
}
