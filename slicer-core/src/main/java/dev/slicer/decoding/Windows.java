package dev.slicer.decoding;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text that is longer than a model's input into overlapping windows of whole words, and says for each word which
 * window's scores count: the one where the word stands farthest from a cut. A text's own beginning and end are no cuts.
 *
 * @param windows in order; together they hold every word
 * @param windowOfWord for each word the index of the window to take its scores from
 */
public record Windows(List<Window> windows, int[] windowOfWord) {

    /** Words {@code firstWord} inclusive to {@code endWord} exclusive. */
    public record Window(int firstWord, int endWord) {
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
     */
    public static Windows of(int[] subTokenCounts, int maxSubTokens, int overlap) {
        if (maxSubTokens < 1 || overlap < 0 || overlap >= maxSubTokens) {
            throw new IllegalArgumentException(
                    "windows need 0 <= overlap < maxSubTokens, got " + overlap + " and " + maxSubTokens);
        }
        long[] before = new long[subTokenCounts.length + 1];
        for (int word = 0; word < subTokenCounts.length; word++) {
            before[word + 1] = before[word] + Math.min(subTokenCounts[word], maxSubTokens);
        }
        List<Window> windows = cut(before, maxSubTokens, overlap);
        return new Windows(windows, assign(before, windows));
    }

    private static List<Window> cut(long[] before, int maxSubTokens, int overlap) {
        int words = before.length - 1;
        List<Window> windows = new ArrayList<>();
        int first = 0;
        int end = 0;
        while (end < words) {
            // The next word must fit beside what is repeated, or the windows would not move on.
            while (before[end] - before[first] > overlap || before[end + 1] - before[first] > maxSubTokens) {
                first++;
            }
            while (end < words && before[end + 1] - before[first] <= maxSubTokens) {
                end++;
            }
            windows.add(new Window(first, end));
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
        int words = before.length - 1;
        if (word >= window.endWord()) {
            return -1;
        }
        long left = window.firstWord() == 0 ? Long.MAX_VALUE : before[word] - before[window.firstWord()];
        long right = window.endWord() == words ? Long.MAX_VALUE : before[window.endWord()] - before[word + 1];
        return Math.min(left, right);
    }
}
