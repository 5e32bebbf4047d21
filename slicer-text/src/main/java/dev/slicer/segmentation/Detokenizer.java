package dev.slicer.segmentation;

import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes a text of a corpus's words. */
public final class Detokenizer {
    private static final Set<String> LANGUAGES_WITHOUT_SPACES =
            Set.of("zh", "ja", "th", "lo", "km", "my", "yue", "wuu", "zho", "cmn", "jpn", "tha", "lao", "khm", "mya");

    private Detokenizer() {}

    /**
     * A text and where in it the words are.
     *
     * @param words as many as were joined, in their order
     */
    public record Joined(String text, List<Word> words) {
        public Joined {
            words = List.copyOf(words);
        }
    }

    /**
     * Joins words by a space; in languages written without spaces by nothing, except between two words of another script
     * or two numbers, which would run together ({@code New}, {@code York} in a Chinese sentence).
     *
     * @param language BCP 47 or ISO 639-3 code
     */
    public static Joined join(List<String> words, String language) {
        boolean spaces = !isWrittenWithoutSpaces(language);
        StringBuilder text = new StringBuilder();
        List<Word> offsets = new ArrayList<>(words.size());
        for (String word : words) {
            if (word.isEmpty()) {
                throw new IllegalArgumentException("word " + (offsets.size() + 1) + " is empty");
            }
            boolean runTogether = !text.isEmpty()
                    && needsSpace(text.codePointBefore(text.length()))
                    && needsSpace(word.codePointAt(0));
            if (!text.isEmpty() && (spaces || runTogether)) {
                text.append(' ');
            }
            offsets.add(new Word(text.length(), text.length() + word.length()));
            text.append(word);
        }
        return new Joined(text.toString(), offsets);
    }

    private static boolean isWrittenWithoutSpaces(String language) {
        return LANGUAGES_WITHOUT_SPACES.contains(language.split("[-_]", 2)[0].toLowerCase(Locale.ROOT));
    }

    private static boolean needsSpace(int codePoint) {
        return Character.isLetterOrDigit(codePoint) && !Scripts.isWrittenWithoutSpaces(codePoint);
    }
}
