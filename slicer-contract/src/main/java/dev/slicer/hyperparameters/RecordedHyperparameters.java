package dev.slicer.hyperparameters;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.slicer.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Hyperparameters as a checkpoint's manifest has them: JSON values, and how many steps a run over whole epochs had. */
public final class RecordedHyperparameters {
    private static final String MAX_STEPS = "maxSteps";
    private static final String STEPS = "steps";

    private RecordedHyperparameters() {}

    /** @param steps optimiser steps of the whole run */
    public static Map<String, Object> of(Hyperparameters hyperparameters, int steps) {
        Map<String, Object> recorded = new LinkedHashMap<>(
                Json.mapper().convertValue(hyperparameters, new TypeReference<Map<String, Object>>() {}));
        if (hyperparameters.maxSteps().isEmpty()) {
            recorded.put(STEPS, steps);
        }
        return recorded;
    }

    /** Optimiser steps of the whole run; empty where they are not recorded. */
    public static OptionalInt steps(Map<String, Object> recorded) {
        return Stream.of(MAX_STEPS, STEPS)
                .map(recorded::get)
                .filter(Number.class::isInstance)
                .mapToInt(steps -> ((Number) steps).intValue())
                .findFirst();
    }
}
