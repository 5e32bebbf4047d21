package dev.slicer.tagging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Computes many documents in forward passes of one core each, as many at once as there are cores: threads of one pass wait for one
 * another at every product, passes do not.
 */
final class SideBySide {
    /** Sub-tokens of a pass on one core: enough to be as fast for each as any, and few enough for all cores to end together. */
    private static final int TOKENS = 256;

    private final Tagger tagger;
    private final Queue<List<Chunk>> passes;
    private volatile Optional<Throwable> failure = Optional.empty();

    private SideBySide(Tagger tagger, Queue<List<Chunk>> passes) {
        this.tagger = tagger;
        this.passes = passes;
    }

    /** @throws RuntimeException of the first pass that fails; the others are then not begun */
    static void compute(Tagger tagger, List<? extends TokenizedDocument> tokenized) {
        int cores = tagger.cores();
        int tokens = cores == 1 ? tagger.maxBatchTokens() : Math.min(TOKENS, tagger.maxBatchTokens());
        List<List<Chunk>> passes = new ArrayList<>(Batches.of(tokenized, tokens));
        if (passes.size() <= 1) {
            passes.forEach(pass -> tagger.compute(pass, cores));
            return;
        }
        // The longest first, so that none of them is the last.
        Collections.reverse(passes);
        new SideBySide(tagger, new ConcurrentLinkedQueue<>(passes)).run(Math.min(cores, passes.size()));
    }

    private void run(int threads) {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            Thread other = new Thread(this::work, "pass-" + i);
            other.setDaemon(true);
            other.start();
            others.add(other);
        }
        work();
        others.forEach(SideBySide::join);
        failure.ifPresent(SideBySide::rethrow);
    }

    private void work() {
        try {
            for (List<Chunk> pass = passes.poll(); pass != null && failure.isEmpty(); pass = passes.poll()) {
                tagger.compute(pass, 1);
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
