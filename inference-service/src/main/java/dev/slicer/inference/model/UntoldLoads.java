package dev.slicer.inference.model;

import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Models that were loaded, and may have been exchanged since, or could not be, and of which the other services do not know yet. */
@Singleton
public class UntoldLoads {
    private final Queue<Load> loads = new ConcurrentLinkedQueue<>();

    void add(Load load) {
        loads.add(load);
    }

    public Optional<Load> oldest() {
        return Optional.ofNullable(loads.peek());
    }

    /** The other services know of the oldest one. */
    public void removeOldest() {
        loads.remove();
    }
}
