package dev.slicer.inference.batching;

import java.time.Duration;

/**
 * How work is put together.
 *
 * @param maxBatchTokens sub-tokens of a forward pass, unless one chunk alone has more
 * @param maxWait how long an idle engine waits for company for the first of several callers
 * @param maxQueuedTokens sub-tokens that may wait in the interactive lane, of each client an equal part where several wait; a
 *     single request may have more where none waits
 * @param cores that forward passes may use together
 */
public record BatchingLimits(int maxBatchTokens, Duration maxWait, int maxQueuedTokens, int cores) {
    /** @throws IllegalArgumentException naming the limit and the values it may have */
    public BatchingLimits {
        if (maxBatchTokens < 1) {
            throw new IllegalArgumentException("maxBatchTokens must be at least 1, got " + maxBatchTokens);
        }
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("maxWait must not be negative, got " + maxWait);
        }
        if (maxQueuedTokens < 1) {
            throw new IllegalArgumentException("maxQueuedTokens must be at least 1, got " + maxQueuedTokens);
        }
        if (cores < 1) {
            throw new IllegalArgumentException("cores must be at least 1, got " + cores);
        }
    }
}
