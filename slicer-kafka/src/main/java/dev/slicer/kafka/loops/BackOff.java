package dev.slicer.kafka.loops;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: each twice as long as the one before, up to a limit, and shortened by up to half by chance, so
 * that instances that failed together do not all try together. Not for several threads.
 */
public final class BackOff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    public BackOff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    /** The pause before the next attempt. */
    public Duration next() {
        Duration pause = next;
        next = next.compareTo(longest.dividedBy(2)) < 0 ? next.multipliedBy(2) : longest;
        return pause.minusNanos(random.nextLong(pause.toNanos() / 2 + 1));
    }

    /** Another thing is attempted. */
    public void reset() {
        next = first;
    }
}
