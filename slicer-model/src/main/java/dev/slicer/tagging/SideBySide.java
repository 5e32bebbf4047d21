package dev.slicer.tagging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Tags many documents on all cores. Forward passes have one core each, as many at once as there are: threads of one pass wait for
 * one another at every product, passes do not.
 */
final class SideBySide {
    private final int count;
    private final IntConsumer work;
    private final AtomicInteger next = new AtomicInteger();
    private volatile Optional<Throwable> failure = Optional.empty();

    private SideBySide(int count, IntConsumer work) {
        this.count = count;
        this.work = work;
    }

    /** @throws RuntimeException of the first pass that fails; others are then not begun */
    static void compute(Tagger tagger, List<? extends TokenizedDocument> tokenized) {
        int cores = tagger.cores();
        int tokens = cores == 1 ? tagger.maxBatchTokens() : Math.min(Tagger.ONE_CORE_TOKENS, tagger.maxBatchTokens());
        List<List<Chunk>> passes = new ArrayList<>(Batches.of(tokenized, tokens));
        // The longest first, so that none of them is the last.
        Collections.reverse(passes);
        int coresOfOne = passes.size() == 1 ? cores : 1;
        run(passes.size(), cores, pass -> tagger.compute(passes.get(pass), coresOfOne));
    }

    /** @return in the order of the documents */
    static <T, R> List<R> map(List<T> documents, int cores, Function<T, R> step) {
        Object[] results = new Object[documents.size()];
        run(results.length, cores, i -> results[i] = step.apply(documents.get(i)));
        @SuppressWarnings("unchecked")
        List<R> list = (List<R>) Collections.unmodifiableList(Arrays.asList(results));
        return list;
    }

    private static void run(int count, int cores, IntConsumer work) {
        SideBySide all = new SideBySide(count, work);
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < Math.min(cores, count); i++) {
            Thread other = new Thread(all::takeTurns, "tagging-" + i);
            other.setDaemon(true);
            other.start();
            others.add(other);
        }
        all.takeTurns();
        others.forEach(SideBySide::join);
        all.failure.ifPresent(SideBySide::rethrow);
    }

    private void takeTurns() {
        try {
            for (int i = next.getAndIncrement(); i < count && failure.isEmpty(); i = next.getAndIncrement()) {
                work.accept(i);
            }
        } catch (RuntimeException | Error e) {
            failure = Optional.of(e);
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
