package dev.slicer.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which examples each optimiser step trains on: every epoch goes through all of them, in an order of its own. */
final class BatchPlan {
    private final List<TrainingExample> examples;
    private final int batchSize;
    private final Seeds seeds;
    private int epoch;
    private List<TrainingExample> order = List.of();

    BatchPlan(List<TrainingExample> examples, int batchSize, Seeds seeds) {
        this.examples = examples;
        this.batchSize = batchSize;
        this.seeds = seeds;
    }

    int stepsPerEpoch() {
        return (examples.size() + batchSize - 1) / batchSize;
    }

    /** @param step 1-based */
    int epochOf(int step) {
        return (step - 1) / stepsPerEpoch() + 1;
    }

    /** @param step 1-based; steps of one epoch in a row share the work of ordering it */
    synchronized List<TrainingExample> examplesOf(int step) {
        if (epoch != epochOf(step)) {
            epoch = epochOf(step);
            List<TrainingExample> shuffled = new ArrayList<>(examples);
            Collections.shuffle(shuffled, new Random(seeds.ofOrder(epoch)));
            order = shuffled;
        }
        int from = (step - 1) % stepsPerEpoch() * batchSize;
        return order.subList(from, Math.min(from + batchSize, order.size()));
    }
}
