package dev.slicer.engine;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the engine uses the machine.
 *
 * @param precision empty to choose by a measurement at start-up
 * @param allowInt8 whether int8 may be chosen for tagging where it is measured to be the fastest
 * @param gpu CUDA device number; empty for the CPU
 * @param threads cores to compute on; empty for all that the process may use
 * @param maxBatchTokens sub-tokens in one forward pass when tagging
 * @param detectLanguages whether to find out the language of documents that do not say it, which takes 36 MB of heap
 */
public record EngineOptions(
        Optional<Precision> precision,
        boolean allowInt8,
        OptionalInt gpu,
        OptionalInt threads,
        int maxBatchTokens,
        boolean detectLanguages) {
    public EngineOptions {
        if (maxBatchTokens < 1) {
            throw new IllegalArgumentException("maxBatchTokens must be at least 1, got " + maxBatchTokens);
        }
    }

    /** Languages are detected, and int8 is not chosen unless it is asked for. */
    public EngineOptions(Optional<Precision> precision, OptionalInt gpu, OptionalInt threads, int maxBatchTokens) {
        this(precision, false, gpu, threads, maxBatchTokens, true);
    }

    /** Cores to compute on. */
    public int cores() {
        return threads.orElseGet(Runtime.getRuntime()::availableProcessors);
    }

    /** Cores that forward passes may use together when tagging; 1 where they take turns on a GPU. */
    public int coresOfPasses() {
        return gpu.isPresent() ? 1 : cores();
    }

    public static EngineOptions defaults() {
        return new EngineOptions(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), 512);
    }
}
