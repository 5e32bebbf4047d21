package dev.slicer.segmentation;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import dev.slicer.text.Word;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds where sentences end: ICU's sentence boundaries (Unicode annex 29), but for those behind an abbreviation that {@link
 * WordBreaker} knows, as {@code J.} and {@code Dr.}. Thai and its neighbours mark no sentences; there only a line's end is one.
 */
public final class Sentences {
    private Sentences() {}

    /**
     * The indexes of the words that end a sentence; the last word always does.
     *
     * @param words in order, not overlapping
     * @param language BCP 47 code where known
     */
    public static BitSet ends(String text, List<Word> words, Optional<String> language) {
        BreakIterator boundaries = BreakIterator.getSentenceInstance(
                language.map(ULocale::forLanguageTag).orElse(ULocale.ROOT));
        boundaries.setText(text);
        BitSet ends = new BitSet(words.size());
        for (int i = 0; i + 1 < words.size(); i++) {
            int boundary = boundaries.preceding(words.get(i + 1).start() + 1);
            if (boundary >= words.get(i).end() && !isAbbreviation(text, words.get(i))) {
                ends.set(i);
            }
        }
        if (!words.isEmpty()) {
            ends.set(words.size() - 1);
        }
        return ends;
    }

    private static boolean isAbbreviation(String text, Word word) {
        return word.end() - word.start() > 1 && text.charAt(word.end() - 1) == '.';
    }
}
