package dev.slicer.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Work in pieces, one on each core. Passes through a model have one core each where there are enough of them: threads of one pass wait
 * for one another at every product, passes do not.
 */
public final class SideBySide {
    private final int count;
    private final IntConsumer work;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());

    private SideBySide(int count, IntConsumer work) {
        this.count = count;
        this.work = work;
    }

    /**
     * Does something with each piece.
     *
     * @param cores most that are worked on at once, one of them by the calling thread
     * @return results in the order of the pieces
     * @throws RuntimeException of the first piece that fails, once none is worked on any more; others are then not begun
     */
    public static <T, R> List<R> map(List<T> pieces, int cores, Function<T, R> step) {
        Object[] results = new Object[pieces.size()];
        run(results.length, cores, i -> results[i] = step.apply(pieces.get(i)));
        @SuppressWarnings("unchecked")
        List<R> list = (List<R>) Collections.unmodifiableList(Arrays.asList(results));
        return list;
    }

    /** As {@link #map}, for what has no result. */
    public static <T> void each(List<T> pieces, int cores, Consumer<T> step) {
        run(pieces.size(), cores, i -> step.accept(pieces.get(i)));
    }

    private static void run(int count, int cores, IntConsumer work) {
        SideBySide all = new SideBySide(count, work);
        List<Thread> others = new ArrayList<>();
        Runnable turns = TorchProgram.partOfCall(all::takeTurns);
        try {
            for (int i = 1; i < Math.min(cores, count); i++) {
                Thread other = new Thread(turns, Thread.currentThread().getName() + "-" + i);
                other.setDaemon(true);
                other.start();
                others.add(other);
            }
            all.takeTurns();
        } finally {
            // Also where the system has no room for one more thread.
            others.forEach(SideBySide::join);
        }
        all.failure.get().ifPresent(SideBySide::rethrow);
    }

    private void takeTurns() {
        try {
            for (int i = next.getAndIncrement(); i < count && failure.get().isEmpty(); i = next.getAndIncrement()) {
                work.accept(i);
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(Optional.empty(), Optional.of(e));
        }
    }

    /** Whoever is interrupted must not leave while others compute with the model. */
    private static void join(Thread other) {
        boolean interrupted = false;
        while (other.isAlive()) {
            try {
                other.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
