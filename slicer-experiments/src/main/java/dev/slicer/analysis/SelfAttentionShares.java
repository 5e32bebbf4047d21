package dev.slicer.analysis;

import java.util.List;

/**
 * How much of their attention tokens put on themselves.
 *
 * @param byLayer from 0 to 1, the lowest layer first: mean over tokens and heads
 * @param tokens sub-tokens that the mean is over
 * @param sentences that they are from
 */
public record SelfAttentionShares(List<Double> byLayer, long tokens, long sentences) {
    public SelfAttentionShares {
        byLayer = List.copyOf(byLayer);
    }
}
