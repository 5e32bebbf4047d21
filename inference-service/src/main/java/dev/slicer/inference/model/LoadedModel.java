package dev.slicer.inference.model;

import dev.slicer.engine.Precision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The model that serves.
 *
 * @param loadSeconds how long fetching, opening and warming it up took
 * @param switchedToBy who had it serve again; absent where it was announced or promoted
 */
public record LoadedModel(
        String modelId,
        Precision precision,
        List<String> labels,
        Instant loadedAt,
        double loadSeconds,
        Optional<String> switchedToBy)
        implements Load {}
