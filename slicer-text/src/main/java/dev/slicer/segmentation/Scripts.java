package dev.slicer.segmentation;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/** Which scripts put no space between words. */
final class Scripts {
    private static final Set<UnicodeScript> WITHOUT_SPACES = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.BOPOMOFO,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    /** Those whose words are found in a dictionary of each script's own. */
    private static final Set<UnicodeScript> OF_DICTIONARIES =
            EnumSet.of(UnicodeScript.THAI, UnicodeScript.LAO, UnicodeScript.KHMER, UnicodeScript.MYANMAR);

    private Scripts() {}

    static boolean isOfDictionary(UnicodeScript script) {
        return OF_DICTIONARIES.contains(script);
    }

    /** @param codePoint may be none at all */
    static boolean isOfDictionary(int codePoint) {
        return Character.isValidCodePoint(codePoint) && isOfDictionary(UnicodeScript.of(codePoint));
    }

    /** Whether a letter of it with a period stands for a name. A Korean syllable may be a word that ends a sentence. */
    static boolean hasInitials(int codePoint) {
        return !isWrittenWithoutSpaces(codePoint) && UnicodeScript.of(codePoint) != UnicodeScript.HANGUL;
    }

    static boolean isWrittenWithoutSpaces(int codePoint) {
        return WITHOUT_SPACES.contains(UnicodeScript.of(codePoint));
    }
}
