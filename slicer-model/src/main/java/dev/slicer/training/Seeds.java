package dev.slicer.training;

import java.util.SplittableRandom;

/**
 * Where a run's chance comes from: adapters, each epoch's order and each step's dropout have a seed of their own, a function of the
 * run's seed and the place in it. So a run that is resumed needs no generator's state to go on as if undisturbed.
 */
record Seeds(long seed) {

    /** Seed of what adapters are at first. */
    long ofAdapters() {
        return mixed(0);
    }

    /** Seed of the order of the examples. @param epoch 1-based */
    long ofOrder(int epoch) {
        return mixed(2L * epoch);
    }

    /** Seed of the dropout masks. @param step 1-based */
    long ofDropout(int step) {
        return mixed(2L * step + 1);
    }

    private long mixed(long place) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + place).nextLong();
    }
}
