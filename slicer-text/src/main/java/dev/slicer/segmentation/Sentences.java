package dev.slicer.segmentation;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import dev.slicer.text.Word;
import java.util.ArrayList;
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
     * The indexes of the words that end a sentence; the last word always does. What says nothing to a model, in a word, alone
     * or between words, neither ends a sentence nor keeps one from ending.
     *
     * @param words in order, not overlapping
     * @param language BCP 47 code where known
     */
    public static BitSet ends(String text, List<Word> words, Optional<String> language) {
        Spoken spoken = Spoken.of(text, words);
        BreakIterator boundaries = BreakIterator.getSentenceInstance(
                language.map(ULocale::forLanguageTag).orElse(ULocale.ROOT));
        boundaries.setText(spoken.text);
        BitSet ends = new BitSet(words.size());
        for (int i = 0; i + 1 < spoken.words.size(); i++) {
            Word word = spoken.words.get(i);
            int boundary = boundaries.preceding(spoken.words.get(i + 1).start() + 1);
            if (boundary >= word.end() && !isAbbreviation(spoken.text, word)) {
                ends.set(spoken.indexes.get(i));
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

    /**
     * A text as models read it word by word.
     *
     * @param words those that say something, in {@code text}
     * @param indexes of these words among all
     */
    private record Spoken(String text, List<Word> words, List<Integer> indexes) {
        static Spoken of(String sent, List<Word> all) {
            StringBuilder text = new StringBuilder(sent.length());
            List<Word> words = new ArrayList<>(all.size());
            List<Integer> indexes = new ArrayList<>(all.size());
            int end = 0;
            for (int i = 0; i < all.size(); i++) {
                Word word = all.get(i);
                text.append(ReadableText.form(sent.substring(end, word.start())));
                int start = text.length();
                text.append(ReadableText.form(word.of(sent)));
                end = word.end();
                if (text.length() > start) {
                    words.add(new Word(start, text.length()));
                    indexes.add(i);
                }
            }
            text.append(ReadableText.form(sent.substring(end)));
            return new Spoken(text.toString(), words, indexes);
        }
    }
}
