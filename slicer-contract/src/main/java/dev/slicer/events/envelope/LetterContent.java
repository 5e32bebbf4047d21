package dev.slicer.events.envelope;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How much of a record its dead letter has. */
public enum LetterContent {
    /** Key, value and headers as they came. */
    WHOLE,
    /** Key, headers and the beginning of the value, with its size and SHA-256. */
    HEAD,
    /** The value's size and SHA-256 alone. */
    HASH;

    /** As in the header {@code dead-letter-content}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<LetterContent> of(String text) {
        return Stream.of(values())
                .filter(content -> content.text().equals(text))
                .findFirst();
    }
}
