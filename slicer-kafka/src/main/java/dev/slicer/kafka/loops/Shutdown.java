package dev.slicer.kafka.loops;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a loop that it is to end, also while it pauses. */
public final class Shutdown {
    private final CountDownLatch begun = new CountDownLatch(1);

    public void begin() {
        begun.countDown();
    }

    public boolean hasBegun() {
        return begun.getCount() == 0;
    }

    /** Waits, but no longer than until the shutdown begins; an interrupted thread shuts down. */
    public void pause(Duration length) {
        try {
            begun.await(length.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            begin();
        }
    }
}
