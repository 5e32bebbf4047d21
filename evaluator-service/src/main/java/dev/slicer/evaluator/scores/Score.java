package dev.slicer.evaluator.scores;

import dev.slicer.metrics.Counts;

/** Counts and what follows from them, each ratio from 0 to 1. */
record Score(long truePositives, long falsePositives, long falseNegatives, double precision, double recall, double f1) {
    static Score of(Counts counts) {
        return new Score(
                counts.truePositives(),
                counts.falsePositives(),
                counts.falseNegatives(),
                counts.precision(),
                counts.recall(),
                counts.f1());
    }
}
