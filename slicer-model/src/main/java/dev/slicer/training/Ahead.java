package dev.slicer.training;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** Makes the next of a row of things on a thread of its own while the one before is in use. */
final class Ahead<T> implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "batches");
        made.setDaemon(true);
        return made;
    });
    private final IntFunction<T> maker;
    private final int last;
    private int index;
    private CompletableFuture<T> coming;

    /** @param first index of the first thing, up to and with {@code last} */
    Ahead(IntFunction<T> maker, int first, int last) {
        this.maker = maker;
        this.last = last;
        this.index = first;
        this.coming = begin(first);
    }

    private CompletableFuture<T> begin(int at) {
        return at > last
                ? CompletableFuture.failedFuture(new IllegalStateException("there is nothing after " + last))
                : CompletableFuture.supplyAsync(() -> maker.apply(at), thread);
    }

    /** @throws IllegalStateException after the last */
    T next() {
        try {
            T next = coming.join();
            coming = begin(++index);
            return next;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
