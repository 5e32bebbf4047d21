package dev.slicer.service.metrics;

import dev.slicer.language.Languages;
import java.util.Optional;

/** Languages as values of a metric's label: whatever senders write, there are few of them. */
public final class LanguageLabels {
    /** Where the language of a text is not known. */
    public static final String UNKNOWN = "unknown";
    /** For what is no language of ISO 639, and for languages that come when there are enough. */
    public static final String OTHER = BoundedLabels.OTHER;

    public static final int MAX_LANGUAGES = 64;

    private final BoundedLabels languages = new BoundedLabels(MAX_LANGUAGES);

    /** @param tag BCP 47 code */
    public String of(Optional<String> tag) {
        return tag.map(this::of).orElse(UNKNOWN);
    }

    /** @param tag BCP 47 code */
    public String of(String tag) {
        return Languages.code(tag).map(languages::of).orElse(OTHER);
    }
}
