package dev.slicer.hyperparameters;

import java.util.OptionalInt;

/**
 * Everything that decides a fine-tuning run beside the data and the base model.
 *
 * @param h slice size, a divisor of the encoder's hidden size d; empty for standard fine-tuning (h = d)
 * @param classifier whether the classifier's weight is trained (the paper's words) or frozen at its random start (the
 *     paper's code)
 * @param epochs passes over the data of a run without {@code maxSteps}
 * @param maxSteps optimiser steps; empty for {@code epochs} whole epochs
 * @param batchSize sentences per optimiser step
 * @param accumulation forward/backward passes that make up one optimiser step
 * @param warmup share of the steps with rising learning rate
 * @param maxLength sub-tokens of a sentence that are trained on, special tokens not counted
 * @param wordUpdates whether and how word embeddings are updated
 * @param loraRank rank of the adapters that are trained in place of the encoder's weights (LoRA, Hu et al. 2022), at most the
 *     encoder's hidden size; empty where the weights themselves are trained. Adapters leave word embeddings as they are
 */
public record Hyperparameters(
        OptionalInt h,
        ClassifierMode classifier,
        double learningRate,
        double weightDecay,
        double adamEpsilon,
        double warmup,
        int batchSize,
        int accumulation,
        int epochs,
        OptionalInt maxSteps,
        int maxLength,
        double dropout,
        long seed,
        WordUpdates wordUpdates,
        OptionalInt loraRank) {

    public enum ClassifierMode {
        TRAINED,
        FROZEN
    }

    /** Lazy and dense come to the same but for rounding; the lazy way saves a pass over the whole table at each step. */
    public enum WordUpdates {
        /** Steps that a row missed are made up for when it is touched again. */
        LAZY,
        /** Every row at every step. */
        DENSE,
        /** The base model's word embeddings stay as they are; position and type embeddings are trained. */
        FROZEN
    }

    /** @throws IllegalArgumentException naming the hyperparameter and the values it may have */
    public Hyperparameters {
        if (h.isPresent()) {
            atLeastOne("h", h.getAsInt());
        }
        if (classifier == null) {
            throw new IllegalArgumentException("classifier must be TRAINED or FROZEN");
        }
        require(learningRate > 0 && learningRate <= 1, "learningRate", "over 0 and at most 1", learningRate);
        require(weightDecay >= 0 && weightDecay <= 1, "weightDecay", "between 0 and 1", weightDecay);
        require(adamEpsilon > 0 && adamEpsilon < 1, "adamEpsilon", "over 0 and under 1", adamEpsilon);
        require(warmup >= 0 && warmup <= 1, "warmup", "between 0 and 1", warmup);
        atLeastOne("batchSize", batchSize);
        atLeastOne("accumulation", accumulation);
        if (accumulation > batchSize) {
            throw new IllegalArgumentException("accumulation must be at most batchSize (" + batchSize
                    + "), since it splits a step's sentences, got " + accumulation);
        }
        atLeastOne("epochs", epochs);
        if (maxSteps.isPresent()) {
            atLeastOne("maxSteps", maxSteps.getAsInt());
        }
        atLeastOne("maxLength", maxLength);
        require(dropout >= 0 && dropout < 1, "dropout", "at least 0 and under 1", dropout);
        if (wordUpdates == null) {
            throw new IllegalArgumentException("wordUpdates must be LAZY, DENSE or FROZEN");
        }
        if (loraRank.isPresent()) {
            atLeastOne("loraRank", loraRank.getAsInt());
            if (wordUpdates != WordUpdates.FROZEN) {
                throw new IllegalArgumentException(
                        "wordUpdates must be FROZEN, or left out, with loraRank, since adapters"
                                + " leave the word embeddings as they are, got " + wordUpdates);
            }
        }
    }

    /**
     * What is taken where nothing is said: SLICER as it transferred best where it was measured (docs/reproduction.md), with
     * mBERT, 20,000 sentences and the mean of three seeds. What that did not vary is the paper's.
     */
    public static Hyperparameters defaults() {
        return new Hyperparameters(
                OptionalInt.of(2),
                ClassifierMode.TRAINED,
                5e-5,
                0.05,
                1e-8,
                0.1,
                32,
                1,
                10,
                OptionalInt.of(700),
                510,
                0.1,
                42,
                WordUpdates.LAZY,
                OptionalInt.empty());
    }

    public Hyperparameters withH(int sliceSize) {
        return with(OptionalInt.of(sliceSize), maxSteps, seed);
    }

    public Hyperparameters withMaxSteps(int steps) {
        return with(h, OptionalInt.of(steps), seed);
    }

    public Hyperparameters withSeed(long newSeed) {
        return with(h, maxSteps, newSeed);
    }

    private Hyperparameters with(OptionalInt newH, OptionalInt newMaxSteps, long newSeed) {
        return new Hyperparameters(
                newH,
                classifier,
                learningRate,
                weightDecay,
                adamEpsilon,
                warmup,
                batchSize,
                accumulation,
                epochs,
                newMaxSteps,
                maxLength,
                dropout,
                newSeed,
                wordUpdates,
                loraRank);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
    }

    private static void require(boolean holds, String name, String allowed, double value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be " + allowed + ", got " + value);
        }
    }
}
