package dev.slicer.inference;

import dev.slicer.text.Languages;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Languages as values of a metric's label: whatever senders write, there are few of them. */
final class LanguageLabels {
    /** Where nobody says which language a text is in. */
    static final String UNKNOWN = "unknown";
    /** For what is no language of ISO 639, and for languages that come when there are enough. */
    static final String OTHER = "other";

    static final int MAX_LANGUAGES = 64;

    private final Set<String> seen = new HashSet<>();

    /** @param tag BCP 47 code */
    String of(Optional<String> tag) {
        return tag.map(given ->
                        Languages.code(given).filter(this::isAmongTheFirst).orElse(OTHER))
                .orElse(UNKNOWN);
    }

    private synchronized boolean isAmongTheFirst(String language) {
        return seen.contains(language) || seen.size() < MAX_LANGUAGES && seen.add(language);
    }
}
