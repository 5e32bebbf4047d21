package dev.slicer.labels;

import dev.slicer.text.Word;
import java.util.List;
import java.util.Optional;

/** Brings entities, which are between characters, to the words of a labelled text. */
public final class WordSpans {
    private WordSpans() {}

    /**
     * The words of which an entity has at least one character.
     *
     * @param words in order and apart
     * @param start first UTF-16 unit
     * @param end one past the last UTF-16 unit
     * @return empty where it touches none
     */
    public static Optional<Span> covering(List<Word> words, String type, int start, int end) {
        int first = firstEndingAfter(words, start);
        int last = first;
        while (last < words.size() && words.get(last).start() < end) {
            last++;
        }
        return last == first ? Optional.empty() : Optional.of(new Span(type, first, last));
    }

    private static int firstEndingAfter(List<Word> words, int offset) {
        int low = 0;
        int high = words.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (words.get(middle).end() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
