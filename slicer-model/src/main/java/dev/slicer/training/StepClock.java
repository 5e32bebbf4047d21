package dev.slicer.training;

import dev.slicer.training.TrainingProgress.TimeShares;
import java.util.function.Supplier;

/** Where the time of one optimiser step goes. */
final class StepClock {
    private final long begin = System.nanoTime();
    private long data;
    private long forward;
    private long backward;
    private long optimiser;

    <T> T data(Supplier<T> part) {
        long start = System.nanoTime();
        T result = part.get();
        data += System.nanoTime() - start;
        return result;
    }

    <T> T forward(Supplier<T> part) {
        long start = System.nanoTime();
        T result = part.get();
        forward += System.nanoTime() - start;
        return result;
    }

    <T> T backward(Supplier<T> part) {
        long start = System.nanoTime();
        T result = part.get();
        backward += System.nanoTime() - start;
        return result;
    }

    void optimiser(Runnable part) {
        long start = System.nanoTime();
        part.run();
        optimiser += System.nanoTime() - start;
    }

    double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    TimeShares shares() {
        double all = System.nanoTime() - begin;
        return new TimeShares(forward / all, backward / all, optimiser / all, data / all);
    }
}
