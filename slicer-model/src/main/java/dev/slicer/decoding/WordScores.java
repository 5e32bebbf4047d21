package dev.slicer.decoding;

/**
 * One row of label log-probabilities for a word out of those of its sub-tokens, by the meaning that HuggingFace's
 * {@code aggregation_strategy} gives to {@code first}, {@code average} and {@code max}. A word without sub-tokens has an
 * empty row.
 *
 * <p>With {@link Iob2Viterbi#greedy} over these rows the entities are those of HuggingFace's token-classification pipeline,
 * their scores too (the mean over words of the probability of the label chosen), but for three things:
 *
 * <ul>
 *   <li>words are the caller's. The pipeline guesses them from where sub-tokens lie, so that signs that touch a word may
 *       be taken for a part of it
 *   <li>{@code L-}, {@code U-}, {@code E-} and {@code S-} end and begin entities. The pipeline takes {@code L-PER} for a
 *       type of its own
 *   <li>{@link Iob2Viterbi#decode} is not greedy: it chooses the most probable of the valid sequences
 * </ul>
 */
public final class WordScores {
    private static final float[] NONE = {};

    private WordScores() {}

    /** The word's first sub-token speaks for it. */
    public static float[] first(float[][] subTokens) {
        return subTokens.length == 0 ? NONE : subTokens[0];
    }

    /** The mean of the sub-tokens' probabilities. */
    public static float[] average(float[][] subTokens) {
        if (subTokens.length < 2) {
            return first(subTokens);
        }
        float[] row = new float[subTokens[0].length];
        for (int label = 0; label < row.length; label++) {
            double sum = 0;
            for (float[] subToken : subTokens) {
                sum += Math.exp(subToken[label]);
            }
            row[label] = (float) Math.log(sum / subTokens.length);
        }
        return row;
    }

    /** The sub-token with the highest probability of any label speaks for the word; the first one among equals. */
    public static float[] max(float[][] subTokens) {
        float[] best = first(subTokens);
        float highest = highest(best);
        for (float[] subToken : subTokens) {
            if (highest(subToken) > highest) {
                best = subToken;
                highest = highest(subToken);
            }
        }
        return best;
    }

    private static float highest(float[] row) {
        float highest = Float.NEGATIVE_INFINITY;
        for (float value : row) {
            highest = Math.max(highest, value);
        }
        return highest;
    }
}
