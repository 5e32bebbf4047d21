package dev.slicer.service.metrics;

import java.util.HashSet;
import java.util.Set;

/** Remembers the first so many different values that come, and knows them again. Safe for use by several threads. */
public final class FirstOnes<T> {
    private final int most;
    private final Set<T> seen = new HashSet<>();

    /** @param most how many values are remembered */
    public FirstOnes(int most) {
        this.most = most;
    }

    /** The same each time for a value. */
    public synchronized boolean has(T value) {
        return seen.contains(value) || seen.size() < most && seen.add(value);
    }
}
