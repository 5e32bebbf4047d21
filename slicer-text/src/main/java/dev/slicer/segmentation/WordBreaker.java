package dev.slicer.segmentation;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import dev.slicer.text.Word;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the words of a text: ICU's word boundaries (Unicode annex 29, dictionaries for Thai, Lao, Khmer, Burmese, Chinese
 * and Japanese), brought to the habits of the corpora that models are trained on. A word has a letter, a digit or a
 * symbol, or is a punctuation mark of its own; runs of blanks, controls and marks without a base are no words.
 *
 * <ul>
 *   <li>{@code Jean-Paul}, {@code Covid-19}: a hyphen without blanks joins where a letter of a script written with
 *       spaces stands on one side at least; {@code 2-1} stays three words.
 *   <li>{@code U.S.}, {@code J.}, {@code e.g.}, {@code St.}: single letters and the commonest titles keep their period. Of
 *       scripts without upper case these are single characters, and the Indic names of letters such as {@code एम} and {@code
 *       எம்}, before another letter: there a period behind a short word can end the sentence.
 *   <li>{@code Kenya's} is {@code Kenya} and {@code 's}, in every language: where the ending exists it is no part of a name.
 * </ul>
 */
public final class WordBreaker {
    private static final Pattern UPPER_CASE = Pattern.compile("\\p{Lu}\\p{M}*");
    private static final Pattern INITIALS =
            Pattern.compile(UPPER_CASE + "|(?:\\p{L}\\p{M}*){1,2}(?:\\.\\p{L}\\p{M}*)+");
    private static final Set<String> TITLES = Set.of(
            "St", "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Col", "Sgt", "Lt", "Capt", "Maj", "Jr", "Sr", "Rev", "Hon",
            "Gov", "Sen", "Rep");
    private static final String HYPHENS = "-\u2010\u2011";
    private static final String APOSTROPHES = "'\u2019";

    private static final char FIRST_COMBINING_MARK = '\u0300';
    /** Canonical combining classes. */
    private static final int NUKTA = 7;

    private static final int VIRAMA = 9;

    private WordBreaker() {}

    /**
     * The words in order, not overlapping. They are found in the text as it is {@linkplain ReadableText read}, so that a
     * character that says nothing divides no word and is none, and a decomposed text has the words of the composed one.
     *
     * @param language BCP 47 code where known
     */
    public static List<Word> words(String text, Optional<String> language) {
        ReadableText readable = ReadableText.of(text);
        return List.copyOf(readable.sentWords(wordsAsRead(readable.text(), language)));
    }

    private static List<Word> wordsAsRead(String text, Optional<String> language) {
        List<Word> words = new ArrayList<>();
        for (Word segment : joined(text, segments(text, language))) {
            split(text, segment, words);
        }
        return words;
    }

    private static List<Word> segments(String text, Optional<String> language) {
        BreakIterator boundaries = BreakIterator.getWordInstance(
                language.map(ULocale::forLanguageTag).orElse(ULocale.ROOT));
        boundaries.setText(text);
        BreakIterator characters = BreakIterator.getCharacterInstance(ULocale.ROOT);
        characters.setText(text);
        List<Word> segments = new ArrayList<>();
        int start = boundaries.first();
        for (int end = boundaries.next(); end != BreakIterator.DONE; end = boundaries.next()) {
            if (dividesCharacter(text, end, characters)) {
                continue;
            }
            List<Word> runs = runsOfOneDictionary(text, start, end, characters);
            if (runs.size() == 1) {
                trimmed(text, start, end, characters).ifPresent(segments::add);
            } else {
                for (Word run : runs) {
                    segments(run.of(text), language).stream()
                            .map(word -> new Word(run.start() + word.start(), run.start() + word.end()))
                            .forEach(segments::add);
                }
            }
            start = end;
        }
        return segments;
    }

    /** ICU takes neighbours of scripts that it has dictionaries for, as Thai and Lao, for one word. */
    private static List<Word> runsOfOneDictionary(String text, int start, int end, BreakIterator characters) {
        List<Word> runs = new ArrayList<>();
        int from = start;
        UnicodeScript last = UnicodeScript.COMMON;
        for (int at = start; at < end; at += Character.charCount(text.codePointAt(at))) {
            UnicodeScript script = UnicodeScript.of(text.codePointAt(at));
            if (!Scripts.isOfDictionary(script)) {
                continue;
            }
            if (last != UnicodeScript.COMMON && script != last && characters.isBoundary(at)) {
                runs.add(new Word(from, at));
                from = at;
            }
            last = script;
        }
        runs.add(new Word(from, end));
        return runs;
    }

    /** ICU's dictionaries divide some of what readers take for one character, as old Korean syllables. */
    private static boolean dividesCharacter(String text, int boundary, BreakIterator characters) {
        boolean plain = boundary == 0
                || boundary == text.length()
                || text.charAt(boundary) < FIRST_COMBINING_MARK && text.charAt(boundary - 1) < FIRST_COMBINING_MARK;
        return !plain && !characters.isBoundary(boundary);
    }

    /** Invisible characters stick to the segment before them; they are part of a word only inside of it. */
    private static Optional<Word> trimmed(String text, int segmentStart, int segmentEnd, BreakIterator characters) {
        int start = segmentStart;
        int end = segmentEnd;
        // A mark behind a blank goes with the blank, whatever follows.
        while (start < end && (isBlank(text.codePointAt(start)) || dividesCharacter(text, start, characters))) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (start < end && (isBlank(text.codePointBefore(end)) || dividesCharacter(text, end, characters))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        boolean visible = text.substring(start, end).codePoints().anyMatch(WordBreaker::isVisible);
        return visible ? Optional.of(new Word(start, end)) : Optional.empty();
    }

    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> false;
            default -> !isBlank(codePoint);
        };
    }

    /** Blanks, controls, and formats that belong to no character beside them, unlike joiners, tags and number signs. */
    private static boolean isBlank(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT ->
                UCharacter.getIntPropertyValue(codePoint, UProperty.GRAPHEME_CLUSTER_BREAK)
                        == UCharacter.GraphemeClusterBreak.CONTROL;
            case Character.CONTROL,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static List<Word> joined(String text, List<Word> segments) {
        List<Word> words = new ArrayList<>(segments.size());
        for (int i = 0; i < segments.size(); i++) {
            Word segment = segments.get(i);
            Optional<Word> last = words.isEmpty() ? Optional.empty() : Optional.of(words.get(words.size() - 1));
            boolean touches = last.isPresent() && last.get().end() == segment.start();
            if (touches && isPeriodOfAbbreviation(text, last.get(), segment)) {
                words.set(words.size() - 1, new Word(last.get().start(), segment.end()));
            } else if (touches && i + 1 < segments.size() && isInnerHyphen(text, segment, segments.get(i + 1))) {
                words.set(
                        words.size() - 1,
                        new Word(last.get().start(), segments.get(i + 1).end()));
                i++;
            } else {
                words.add(segment);
            }
        }
        return words;
    }

    private static boolean isPeriodOfAbbreviation(String text, Word last, Word segment) {
        if (!segment.of(text).equals(".")) {
            return false;
        }
        String word = last.of(text);
        return TITLES.contains(word)
                || INITIALS.matcher(word).matches()
                || isLetterNext(text, segment.end()) && areInitialsWithoutCase(word);
    }

    private static boolean isLetterNext(String text, int offset) {
        int at = offset;
        while (at < text.length() && isBlank(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at < text.length() && Character.isLetter(text.codePointAt(at));
    }

    /** Whether a word is a letter of a name with its period, as {@code J.}, {@code एम.} and {@code ए.पी.}, but not {@code U.S.}. */
    public static boolean isInitial(String word) {
        String read = ReadableText.form(word);
        String letters = read.endsWith(".") ? read.substring(0, read.length() - 1) : "";
        return UPPER_CASE.matcher(letters).matches() || !letters.isEmpty() && areInitialsWithoutCase(letters);
    }

    private static boolean areInitialsWithoutCase(String word) {
        return Arrays.stream(word.split("\\.", -1)).allMatch(WordBreaker::isInitialWithoutCase);
    }

    /**
     * A letter with its marks, letters bound by a virama counting as one; or an independent vowel and a bare consonant, which is
     * how Indic languages write the names of Latin letters: {@code ए} + {@code म}, {@code எ} + {@code ம்}.
     */
    private static boolean isInitialWithoutCase(String word) {
        int letters = 0;
        boolean bound = false;
        boolean bare = true;
        boolean vowelFirst = false;
        for (int at = 0; at < word.length(); at += Character.charCount(word.codePointAt(at))) {
            int codePoint = word.codePointAt(at);
            if (Character.getType(codePoint) == Character.OTHER_LETTER) {
                if (!Scripts.hasInitials(codePoint)) {
                    return false;
                }
                letters += bound ? 0 : 1;
                vowelFirst |= letters == 1 && isIndependentVowel(codePoint);
                bare = true;
            } else if (isVisible(codePoint)) {
                return false;
            } else {
                bare &= isConsonantSign(codePoint);
            }
            bound = UCharacter.getCombiningClass(codePoint) == VIRAMA;
        }
        return letters == 1 || letters == 2 && vowelFirst && bare;
    }

    private static boolean isIndependentVowel(int codePoint) {
        return UCharacter.getIntPropertyValue(codePoint, UProperty.INDIC_SYLLABIC_CATEGORY)
                == UCharacter.IndicSyllabicCategory.VOWEL_INDEPENDENT;
    }

    /** Virama or nukta: what stands with a consonant is still no vowel. */
    private static boolean isConsonantSign(int codePoint) {
        int combiningClass = UCharacter.getCombiningClass(codePoint);
        return combiningClass == VIRAMA || combiningClass == NUKTA;
    }

    private static boolean isInnerHyphen(String text, Word segment, Word next) {
        if (segment.end() - segment.start() != 1
                || HYPHENS.indexOf(text.charAt(segment.start())) < 0
                || segment.end() != next.start()) {
            return false;
        }
        int left = text.codePointBefore(segment.start());
        int right = text.codePointAt(next.start());
        return isSpacedLetter(left) && (isSpacedLetter(right) || Character.isDigit(right))
                || Character.isDigit(left) && isSpacedLetter(right);
    }

    private static boolean isSpacedLetter(int codePoint) {
        int type = Character.getType(codePoint);
        boolean letter = Character.isLetter(codePoint)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
        return letter && !Scripts.isWrittenWithoutSpaces(codePoint);
    }

    private static void split(String text, Word word, List<Word> words) {
        int apostrophe = word.end() - 2;
        boolean possessive = apostrophe > word.start()
                && APOSTROPHES.indexOf(text.charAt(apostrophe)) >= 0
                && (text.charAt(apostrophe + 1) == 's' || text.charAt(apostrophe + 1) == 'S')
                && !joinsNext(text.codePointBefore(apostrophe));
        if (possessive) {
            words.add(new Word(word.start(), apostrophe));
            words.add(new Word(apostrophe, word.end()));
        } else {
            words.add(word);
        }
    }

    /** Whether readers take it and what follows for one character. */
    private static boolean joinsNext(int codePoint) {
        return UCharacter.getIntPropertyValue(codePoint, UProperty.GRAPHEME_CLUSTER_BREAK)
                == UCharacter.GraphemeClusterBreak.PREPEND;
    }
}
