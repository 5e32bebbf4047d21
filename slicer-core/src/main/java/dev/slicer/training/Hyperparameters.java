package dev.slicer.training;

import java.util.OptionalInt;

/**
 * Everything that decides a fine-tuning run beside the data and the base model. Defaults are the paper's (Section 4)
 * where it gives one.
 *
 * @param h slice size, a divisor of the encoder's hidden size d; empty for standard fine-tuning (h = d)
 * @param classifier whether the classifier's weight is trained (the paper's words) or frozen at its random start (the
 *     paper's code)
 * @param maxSteps optimiser steps; empty for {@code epochs} whole epochs
 * @param batchSize sentences per optimiser step
 * @param accumulation forward/backward passes that make up one optimiser step
 * @param warmup share of the steps with rising learning rate
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
        long seed) {

    public enum ClassifierMode {
        TRAINED,
        FROZEN
    }
}
