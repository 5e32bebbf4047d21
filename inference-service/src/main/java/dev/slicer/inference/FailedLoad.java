package dev.slicer.inference;

import java.time.Instant;

/** A checkpoint that was refused; the model that served before it still does. */
public record FailedLoad(String modelId, String reason, Instant at) {}
