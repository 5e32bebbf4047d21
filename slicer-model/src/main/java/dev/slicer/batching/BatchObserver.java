package dev.slicer.batching;

import java.time.Duration;

/** Told of each forward pass, on the engine's thread. */
public interface BatchObserver {
    void computed(Lane lane, int chunks, int tokens, Duration took);
}
