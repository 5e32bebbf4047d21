package dev.slicer.segmentation;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.UnicodeSet;
import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text as models read it, and where in the text that was sent it stands: composed (NFC), as models saw their words when
 * they learnt them, and without characters that say nothing.
 *
 * <p>These are controls, private, unassigned and broken characters, {@code U+FFFD}, which stands for something that was lost,
 * and what Unicode calls ignorable: soft hyphens, zero width spaces, marks of direction and variation. A word is read over them
 * as if they were not there; alone they are no word. Three of them are kept where they say something: joiners that shape the
 * letters beside them or make one emoji of several, variation selectors of emoji, and zero width spaces in scripts that mark
 * words with them.
 */
public final class ReadableText {
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();

    /** Fillers of Korean syllables are letters, and make one character of what is beside them. */
    private static final UnicodeSet SILENT = new UnicodeSet(
                    "[[:Cc:][:Co:][:Cn:][:Cs:][:Default_Ignorable_Code_Point:]\\uFFF9-\\uFFFD]")
            .removeAll(new UnicodeSet("[[:White_Space:]\\u115F\\u1160\\u3164\\uFFA0]"))
            .freeze();

    /** All that come before are composed. */
    private static final char FIRST_OF_COMBINING_MARKS = '\u0300';

    private static final int NONE = -1;
    private static final int ZERO_WIDTH_SPACE = 0x200b;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;
    private static final int TEXT_STYLE = 0xfe0e;
    private static final int EMOJI_STYLE = 0xfe0f;
    private static final int KEYCAP = 0x20e3;
    private static final int FIRST_TAG = 0xe0020;
    private static final int LAST_TAG = 0xe007f;
    /** Canonical combining class of the sign that takes a letter's vowel away. */
    private static final int VIRAMA = 9;

    private final String sent;
    private final StringBuilder text = new StringBuilder();
    /** Of each unit of the text its first unit in the text as sent. */
    private int[] starts;
    /** Of each unit of the text one past its last unit in the text as sent. */
    private int[] ends;

    private ReadableText(String sent) {
        this.sent = sent;
        if (isReadAsSent(sent)) {
            text.append(sent);
            return;
        }
        starts = new int[sent.length()];
        ends = new int[sent.length()];
        StringBuilder kept = new StringBuilder(sent.length());
        int[] offsets = new int[sent.length()];
        keep(kept, offsets);
        compose(kept, offsets);
    }

    /** @param sent any text, well formed or not */
    public static ReadableText of(String sent) {
        return new ReadableText(sent);
    }

    /** What models read of a word, or of a text whose offsets don't matter; empty where it says nothing. */
    public static String form(String word) {
        return isReadAsSent(word) ? word : new ReadableText(word).text();
    }

    /** Whether models read the text as it is, which is so for nearly all and quickly seen. */
    private static boolean isReadAsSent(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit >= FIRST_OF_COMBINING_MARKS) {
                return SILENT.containsNone(text) && NFC.isNormalized(text);
            }
            if (SILENT.contains(unit)) {
                return false;
            }
        }
        return true;
    }

    private void keep(StringBuilder kept, int[] offsets) {
        int last = NONE;
        int lastBase = NONE;
        for (int at = 0; at < sent.length(); ) {
            int codePoint = sent.codePointAt(at);
            int end = at + Character.charCount(codePoint);
            int next = end < sent.length() ? sent.codePointAt(end) : NONE;
            if (!SILENT.contains(codePoint) || saysSomething(codePoint, last, lastBase, next)) {
                for (int unit = at; unit < end; unit++) {
                    offsets[kept.length() + unit - at] = unit;
                }
                kept.appendCodePoint(codePoint);
                last = codePoint;
                lastBase = isMark(codePoint)
                                || isTag(codePoint)
                                || codePoint == ZERO_WIDTH_NON_JOINER
                                || codePoint == ZERO_WIDTH_JOINER
                        ? lastBase
                        : codePoint;
            }
            at = end;
        }
    }

    private static boolean saysSomething(int codePoint, int last, int lastBase, int next) {
        if (codePoint == ZERO_WIDTH_SPACE) {
            return Scripts.isOfDictionary(last) || Scripts.isOfDictionary(next);
        }
        if (codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER) {
            return isShaped(lastBase) || isVirama(last) || isVirama(next) || isEmoji(lastBase);
        }
        if (codePoint == TEXT_STYLE || codePoint == EMOJI_STYLE) {
            return isEmoji(last) || next == KEYCAP;
        }
        return isTag(codePoint) && (isEmoji(last) || isTag(last));
    }

    private static boolean isShaped(int codePoint) {
        int joining = UCharacter.getIntPropertyValue(codePoint, UProperty.JOINING_TYPE);
        return joining != UCharacter.JoiningType.NON_JOINING && joining != UCharacter.JoiningType.TRANSPARENT;
    }

    private static boolean isVirama(int codePoint) {
        return codePoint != NONE && UCharacter.getCombiningClass(codePoint) == VIRAMA;
    }

    private static boolean isEmoji(int codePoint) {
        return UCharacter.hasBinaryProperty(codePoint, UProperty.EXTENDED_PICTOGRAPHIC)
                || UCharacter.hasBinaryProperty(codePoint, UProperty.EMOJI_MODIFIER);
    }

    private static boolean isTag(int codePoint) {
        return codePoint >= FIRST_TAG && codePoint <= LAST_TAG;
    }

    private static boolean isMark(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }

    private void compose(StringBuilder kept, int[] offsets) {
        int from = 0;
        while (from < kept.length()) {
            int to = from + Character.charCount(kept.codePointAt(from));
            while (to < kept.length() && !NFC.hasBoundaryBefore(kept.codePointAt(to))) {
                to += Character.charCount(kept.codePointAt(to));
            }
            String composed = NFC.normalize(kept.subSequence(from, to));
            int units = composed.length();
            reserve(text.length() + units);
            for (int unit = 0; unit < units; unit++) {
                // Exact at both ends; no word begins or ends inside of what was composed.
                starts[text.length() + unit] = offsets[from + unit * (to - from) / units];
                ends[text.length() + unit] = offsets[from + ((unit + 1) * (to - from) - 1) / units] + 1;
            }
            text.append(composed);
            from = to;
        }
    }

    /** A few characters are longer when composed. */
    private void reserve(int units) {
        if (units > starts.length) {
            starts = Arrays.copyOf(starts, 2 * units);
            ends = Arrays.copyOf(ends, 2 * units);
        }
    }

    /** The text as it is read. */
    public String text() {
        return text.toString();
    }

    /** Where in the text as sent the reader's unit {@code offset} begins; where it ends, for one past the last. */
    public int sentOffset(int offset) {
        if (starts == null) {
            return offset;
        }
        return offset == text.length() ? sent.length() : starts[offset];
    }

    /**
     * Words of the text as read, at their places in the text as sent: from the first to the last character that is read, and
     * what readers take for one character with these.
     *
     * @param words in order, not overlapping
     * @return as many, in order, not overlapping; of two that share one character of the text as sent the first has it, and the
     *     second is left out where it has nothing else
     */
    public List<Word> sentWords(List<Word> words) {
        if (starts == null) {
            return words;
        }
        BreakIterator characters = BreakIterator.getCharacterInstance();
        characters.setText(sent);
        List<Word> placed = new ArrayList<>(words.size());
        int before = 0;
        for (Word word : words) {
            int start = starts[word.start()];
            int end = ends[word.end() - 1];
            if (!characters.isBoundary(start)) {
                start = characters.preceding(start);
            }
            if (!characters.isBoundary(end)) {
                end = characters.following(end);
            }
            start = Math.max(start, before);
            if (start < end) {
                placed.add(new Word(start, end));
                before = end;
            }
        }
        return placed;
    }
}
