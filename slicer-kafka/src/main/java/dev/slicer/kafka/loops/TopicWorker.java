package dev.slicer.kafka.loops;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A daemon thread whose work begins once all topics exist. */
public final class TopicWorker {
    private final CompletionStage<Void> ready;
    private final CompletableFuture<Boolean> mayBegin = new CompletableFuture<>();
    private final Thread thread;

    /** @param ready completes when the topics exist, as {@code TopicSetup.ready} does */
    public TopicWorker(String name, CompletionStage<Void> ready, Runnable work) {
        this.ready = ready;
        this.thread = new Thread(
                () -> {
                    if (mayBegin.join()) {
                        work.run();
                    }
                },
                name);
        thread.setDaemon(true);
    }

    public void start() {
        ready.whenComplete((none, failure) -> {
            if (failure == null) {
                mayBegin.complete(true);
            } else if (failure instanceof CancellationException) {
                mayBegin.complete(false);
            } else {
                mayBegin.completeExceptionally(failure);
            }
        });
        thread.start();
    }

    /** Ends a thread that still waits for the topics; work that has begun ends in a way of its own. */
    public void stopWaiting() {
        mayBegin.complete(false);
    }

    public void join(Duration limit) throws InterruptedException {
        thread.join(limit.toMillis());
    }
}
