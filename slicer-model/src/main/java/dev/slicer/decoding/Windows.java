package dev.slicer.decoding;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * Cuts a text that is longer than a model's input into overlapping windows of whole words, and says for each word which
 * window's scores count: the one where the word stands farthest from a cut. A text's own beginning and end are no cuts, nor
 * is the end of a sentence, behind which little is missed: a window ends with a sentence where one ends late in it.
 *
 * @param windows in order; together they hold every word
 * @param windowOfWord for each word the index of the window to take its scores from
 */
public record Windows(List<Window> windows, int[] windowOfWord) {
    /** Share of a window, at its end, in which the end of a sentence is looked for. */
    private static final double LATE = 0.25;

    /**
     * Words {@code firstWord} inclusive to {@code endWord} exclusive.
     *
     * @param whole whether it ends with a sentence, or with the text
     */
    public record Window(int firstWord, int endWord, boolean whole) {
        public int words() {
            return endWord - firstWord;
        }
    }

    public Windows {
        windows = List.copyOf(windows);
    }

    /**
     * The windows of a text.
     *
     * @param subTokenCounts sub-tokens of each word. A word of more than {@code maxSubTokens} counts as that many: its
     *     window holds it alone, and the caller feeds its first {@code maxSubTokens}, of which the first one is read
     * @param maxSubTokens the most sub-tokens of a window, special tokens not counted
     * @param overlap sub-tokens that a window repeats of the one before, as far as whole words allow; 0 up to less than
     *     {@code maxSubTokens}
     * @param sentenceEnds the words with which sentences end; asked for only where there are several windows
     */
    public static Windows of(int[] subTokenCounts, int maxSubTokens, int overlap, Supplier<BitSet> sentenceEnds) {
        if (maxSubTokens < 1 || overlap < 0 || overlap >= maxSubTokens) {
            throw new IllegalArgumentException(
                    "windows need 0 <= overlap < maxSubTokens, got " + overlap + " and " + maxSubTokens);
        }
        int words = subTokenCounts.length;
        long[] before = new long[words + 1];
        for (int word = 0; word < words; word++) {
            before[word + 1] = before[word] + Math.min(subTokenCounts[word], maxSubTokens);
        }
        BitSet ends = before[words] <= maxSubTokens ? new BitSet() : sentenceEnds.get();
        List<Window> windows = cut(before, maxSubTokens, overlap, ends);
        return new Windows(windows, assign(before, windows));
    }

    /** As {@link #of(int[], int, int, Supplier)}, of words of which it is not known where sentences end. */
    public static Windows of(int[] subTokenCounts, int maxSubTokens, int overlap) {
        return of(subTokenCounts, maxSubTokens, overlap, BitSet::new);
    }

    private static List<Window> cut(long[] before, int maxSubTokens, int overlap, BitSet sentenceEnds) {
        int words = before.length - 1;
        List<Window> windows = new ArrayList<>();
        int first = 0;
        int end = 0;
        while (end < words) {
            // The next word must fit beside what is repeated, or the windows would not move on.
            while (before[end] - before[first] > overlap || before[end + 1] - before[first] > maxSubTokens) {
                first++;
            }
            int latest = end;
            while (latest < words && before[latest + 1] - before[first] <= maxSubTokens) {
                latest++;
            }
            int lastOfSentence = latest == words ? words - 1 : sentenceEnds.previousSetBit(latest - 1);
            // A window that the next one can repeat whole would be in vain.
            long least = Math.max(maxSubTokens - (long) (maxSubTokens * LATE), overlap + 1L);
            boolean whole =
                    latest == words || lastOfSentence >= end && before[lastOfSentence + 1] - before[first] >= least;
            end = whole ? lastOfSentence + 1 : latest;
            windows.add(new Window(first, end, whole));
        }
        return windows;
    }

    private static int[] assign(long[] before, List<Window> windows) {
        int words = before.length - 1;
        int[] windowOfWord = new int[words];
        int window = 0;
        for (int word = 0; word < words; word++) {
            while (window + 1 < windows.size()
                    && windows.get(window + 1).firstWord() <= word
                    && context(before, windows.get(window + 1), word) > context(before, windows.get(window), word)) {
                window++;
            }
            windowOfWord[word] = window;
        }
        return windowOfWord;
    }

    /** Sub-tokens between the word and the nearer cut; below zero where the word is not in the window. */
    private static long context(long[] before, Window window, int word) {
        if (word >= window.endWord()) {
            return -1;
        }
        long left = window.firstWord() == 0 ? Long.MAX_VALUE : before[word] - before[window.firstWord()];
        long right = window.whole() ? Long.MAX_VALUE : before[window.endWord()] - before[word + 1];
        return Math.min(left, right);
    }
}
