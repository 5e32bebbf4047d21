package dev.slicer.cli.demo;

import java.time.Duration;

/** The end of a wait, on a clock that cannot be set. */
record Deadline(long nanoTime) {
    private static final long POLL_MILLIS = 100;

    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    boolean passed() {
        return System.nanoTime() - nanoTime > 0;
    }

    static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted while waiting", interrupted);
        }
    }
}
