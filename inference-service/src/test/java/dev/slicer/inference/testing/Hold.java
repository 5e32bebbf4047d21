package dev.slicer.inference.testing;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Makes {@link FakeTagger} wait in texts with "hold", and knows which texts it came to. */
public final class Hold implements AutoCloseable {
    private static final Queue<String> COMPUTED = new ConcurrentLinkedQueue<>();
    private static volatile Hold present = new Hold();

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Hold() {}

    public static Hold begin() {
        present = new Hold();
        return present;
    }

    static void pass(String text) {
        COMPUTED.add(text);
        if (text.contains("hold")) {
            present.await();
        }
    }

    public static boolean computed(String text) {
        return COMPUTED.contains(text);
    }

    /** Returns when the tagger waits. */
    public void awaitReached() throws InterruptedException {
        if (!reached.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no text with \"hold\" was tagged");
        }
    }

    private void await() {
        reached.countDown();
        try {
            if (!released.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody ended the hold");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        released.countDown();
    }
}
