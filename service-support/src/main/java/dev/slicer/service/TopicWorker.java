package dev.slicer.service;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** A daemon thread whose work begins once all topics exist. */
public final class TopicWorker {
    private final TopicSetup setup;
    private final CompletableFuture<Boolean> mayBegin = new CompletableFuture<>();
    private final Thread thread;

    public TopicWorker(String name, TopicSetup setup, Runnable work) {
        this.setup = setup;
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
        setup.ready().whenComplete((none, failure) -> {
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
