package dev.slicer.training;

import dev.slicer.training.TrainingProgress.TimeShares;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Where the time of one optimiser step goes. */
final class StepClock {
    private final long begin = System.nanoTime();
    private long data;
    private long passes;
    /** Of all passes, which take turns in any way. */
    private final AtomicLong forward = new AtomicLong();

    private final AtomicLong backward = new AtomicLong();
    private long optimiser;

    <T> T data(Supplier<T> part) {
        long start = System.nanoTime();
        T result = part.get();
        data += System.nanoTime() - start;
        return result;
    }

    /** What has all of a round's passes computed. */
    <T> T passes(Supplier<T> part) {
        long start = System.nanoTime();
        T result = part.get();
        passes += System.nanoTime() - start;
        return result;
    }

    <T> T forward(Supplier<T> part) {
        return added(forward, part);
    }

    <T> T backward(Supplier<T> part) {
        return added(backward, part);
    }

    private static <T> T added(AtomicLong time, Supplier<T> part) {
        long start = System.nanoTime();
        T result = part.get();
        time.addAndGet(System.nanoTime() - start);
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
        double ofPasses = passes / all / Math.max(1, forward.get() + backward.get());
        return new TimeShares(forward.get() * ofPasses, backward.get() * ofPasses, optimiser / all, data / all);
    }
}
