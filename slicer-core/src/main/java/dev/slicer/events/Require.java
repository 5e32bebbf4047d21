package dev.slicer.events;

import dev.slicer.checkpoint.CheckpointIds;
import dev.slicer.text.Languages;
import dev.slicer.text.Quote;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalDouble;

/** The checks that event records share; each names the field. */
final class Require {
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

    /** A name that a checkpoint, and so a folder, may have. */
    static void checkpointId(String field, String value) {
        if (!CheckpointIds.isValid(notBlank(field, value))) {
            throw new IllegalArgumentException(
                    field + " names a checkpoint, so it begins with a letter or digit and has up to "
                            + "200 of the characters a-z A-Z 0-9 . _ -, got " + Quote.of(value));
        }
    }

    /** Half a surrogate pair can be written in JSON's escapes but not in UTF-8, so no answer could repeat it. */
    static String wellFormed(String field, String value) {
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
        language.ifPresent(Languages::requireTag);
    }

    static void notNegative(String field, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(field + " must be a number of at least 0, got " + value);
        }
    }

    static void share(String field, OptionalDouble value) {
        if (value.isPresent() && !(value.getAsDouble() >= 0 && value.getAsDouble() <= 1)) {
            throw new IllegalArgumentException(field + " must be between 0 and 1, got " + value.getAsDouble());
        }
    }
}
