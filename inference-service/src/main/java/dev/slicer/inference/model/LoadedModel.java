package dev.slicer.inference.model;

import dev.slicer.engine.Precision;
import java.time.Instant;
import java.util.List;

/**
 * The model that serves.
 *
 * @param loadSeconds how long fetching, opening and warming it up took
 */
public record LoadedModel(
        String modelId, Precision precision, List<String> labels, Instant loadedAt, double loadSeconds)
        implements Load {}
