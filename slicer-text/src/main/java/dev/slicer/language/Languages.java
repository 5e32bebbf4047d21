package dev.slicer.language;

import com.ibm.icu.util.ULocale;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The languages that ICU knows by their codes of ISO 639, of two letters or three. */
public final class Languages {
    private static final Set<String> CODES = codes();

    private Languages() {}

    /**
     * The language that a tag names, without script, region and variants, in lower case.
     *
     * @param tag BCP 47 code
     * @return empty where the language is none of ISO 639
     */
    public static Optional<String> code(String tag) {
        return Optional.of(tag.split("-", 2)[0].toLowerCase(Locale.ROOT)).filter(CODES::contains);
    }

    private static Set<String> codes() {
        Set<String> codes = new HashSet<>();
        for (String code : ULocale.getISOLanguages()) {
            codes.add(code);
            // Languages of two letters have a code of three as well, under which corpora know them: swa, yor.
            codes.add(new ULocale(code).getISO3Language());
        }
        // The list lacks some languages for which there is data, as Nigerian Pidgin.
        for (ULocale locale : ULocale.getAvailableLocales()) {
            codes.add(locale.getLanguage());
        }
        codes.remove("");
        return Set.copyOf(codes);
    }
}
