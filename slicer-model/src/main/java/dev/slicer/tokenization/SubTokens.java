package dev.slicer.tokenization;

/**
 * Sub-tokens of a sequence of words, special tokens not included.
 *
 * @param ids vocabulary ids
 * @param firstOfWord for each word the index of its first sub-token in {@code ids}; a word's sub-tokens end where the
 *     next word's start; a word without any sub-token (only ignorable characters) starts where the next one starts
 */
public record SubTokens(int[] ids, int[] firstOfWord) {
    /** One past the last sub-token of word {@code word}. */
    public int endOfWord(int word) {
        return word + 1 < firstOfWord.length ? firstOfWord[word + 1] : ids.length;
    }

    /** How many of them have that id. */
    public int count(int id) {
        int count = 0;
        for (int one : ids) {
            if (one == id) {
                count++;
            }
        }
        return count;
    }
}
