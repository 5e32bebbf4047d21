package dev.slicer.language;

import com.ibm.icu.lang.UScript;
import com.ibm.icu.util.ULocale;
import dev.slicer.segmentation.ReadableText;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says in which language a text is written, where its beginning makes that clear.
 *
 * <p>A script that one language is known for settles it (CLDR's likely subtags: Thai, Greek, Ethiopic for Amharic). Among
 * the languages of Latin, Cyrillic, Arabic and Devanagari decides Apache OpenNLP's model, which knows 103 languages; it is
 * loaded when it is needed first, in about a second, and takes 36 MB of heap. Safe for several threads.
 */
public final class LanguageDetector {
    /** More makes no difference, and the time grows with it. */
    private static final int MAX_LENGTH = 300;

    private static final int MIN_LETTERS = 12;
    private static final int MIN_LETTERS_OF_ITS_OWN_SCRIPT = 4;
    /** Share of the letters below which a script is a foreign name's. */
    private static final double OF_WEIGHT = 0.1;

    private static final Set<Integer> SHARED_SCRIPTS =
            Set.of(UScript.LATIN, UScript.CYRILLIC, UScript.ARABIC, UScript.DEVANAGARI);

    private LanguageDetector() {}

    /** Loads what {@link #detect} would load when it needs it first. */
    public static void prepare() {
        OpenNlpLanguages.load();
    }

    /** @return the language's code of ISO 639, of two letters where it has one; empty where the text leaves doubt */
    public static Optional<String> detect(String text) {
        String beginning = ReadableText.form(beginning(text));
        Map<Integer, Integer> lettersByScript = lettersByScript(beginning);
        int letters =
                lettersByScript.values().stream().mapToInt(Integer::intValue).sum();
        Optional<Integer> script = mainScript(lettersByScript, letters);
        if (script.isEmpty()) {
            return Optional.empty();
        }
        if (SHARED_SCRIPTS.contains(script.get())) {
            return letters < MIN_LETTERS ? Optional.empty() : OpenNlpLanguages.detect(beginning, script.get(), letters);
        }
        return letters < MIN_LETTERS_OF_ITS_OWN_SCRIPT ? Optional.empty() : likely(script.get());
    }

    private static String beginning(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        return text.substring(0, Character.isLowSurrogate(text.charAt(MAX_LENGTH)) ? MAX_LENGTH - 1 : MAX_LENGTH);
    }

    private static Map<Integer, Integer> lettersByScript(String text) {
        Map<Integer, Integer> letters = new TreeMap<>();
        text.codePoints()
                .filter(Character::isLetter)
                .map(UScript::getScript)
                .filter(script -> script > UScript.INHERITED)
                .forEach(script -> letters.merge(script, 1, Integer::sum));
        return letters;
    }

    private static Optional<Integer> mainScript(Map<Integer, Integer> lettersByScript, int letters) {
        int kana =
                lettersByScript.getOrDefault(UScript.HIRAGANA, 0) + lettersByScript.getOrDefault(UScript.KATAKANA, 0);
        if (kana > letters * OF_WEIGHT) {
            // Han letters may be more, but Chinese has none of these.
            return Optional.of(UScript.HIRAGANA);
        }
        return lettersByScript.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .filter(most -> most.getValue() > letters / 2)
                .map(Map.Entry::getKey);
    }

    private static Optional<String> likely(int script) {
        String language = ULocale.addLikelySubtags(new ULocale("und_" + UScript.getShortName(script)))
                .getLanguage();
        return Optional.of(language).filter(code -> !code.equals("und") && !code.isEmpty());
    }
}
