package dev.slicer.training;

import java.time.Duration;

/**
 * Where a run stands after an optimiser step.
 *
 * @param loss mean loss of the step
 * @param tokensPerSecond sub-tokens trained on per second in the step
 * @param epoch 1-based
 * @param elapsed since this process began or took up the run
 * @param resumedFrom step whose saved state this process went on from; 0 for a run from its start
 */
public record TrainingProgress(
        int step,
        int totalSteps,
        int epoch,
        int epochs,
        double loss,
        double learningRate,
        double tokensPerSecond,
        TimeShares shares,
        Duration elapsed,
        Duration remaining,
        int resumedFrom) {

    /** Shares of a step's time, from 0 to 1; what is missing to 1 went into saving. */
    public record TimeShares(double forward, double backward, double optimiser, double data) {}
}
