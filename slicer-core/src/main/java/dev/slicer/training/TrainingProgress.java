package dev.slicer.training;

import java.time.Duration;

/**
 * Where a run stands after an optimiser step.
 *
 * @param loss mean loss since the previous report
 * @param tokensPerSecond sub-tokens trained on per second since the previous report
 * @param epoch 1-based
 */
public record TrainingProgress(
        int step,
        int totalSteps,
        int epoch,
        int epochs,
        double loss,
        double learningRate,
        double tokensPerSecond,
        Duration elapsed,
        Duration remaining) {}
