package dev.slicer.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The one thread of the process that computes on several cores; what it is given is computed in turn. Each thread that computes
 * on several cores has helpers of its own, which live as long as it does. OpenMP counts all of them: once there are more than
 * cores, none waits awake any more for its share of the next product, and waking them up hundreds of times takes longer than
 * all products of a short text.
 */
final class LeadingThread {
    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "all-cores");
        thread.setDaemon(true);
        thread.setContextClassLoader(LeadingThread.class.getClassLoader());
        return thread;
    });

    private LeadingThread() {}

    /** Waits for the work, whose exceptions are the caller's, even if the caller is interrupted: it computes with the caller's tensors. */
    static <T> T compute(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        THREAD.execute(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result.handle(Outcome::new).join().get();
    }

    private record Outcome<T>(T result, Throwable failure) {
        T get() {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw (RuntimeException) failure;
            }
            return result;
        }
    }
}
