package dev.slicer.inference.batching;

import java.time.Duration;

/**
 * How long work waited for the engine and how long the engine took for it.
 *
 * @param queued from submission to the first forward pass
 * @param computed from then to the end of the last forward pass
 */
public record Timing(Duration queued, Duration computed) {}
