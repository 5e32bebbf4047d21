package dev.slicer.engine;

import java.util.Optional;
import java.util.OptionalInt;

/** The engine of tests that compare it with reference implementations, on the CPU or on the GPU that a property names. */
public final class TestEngine {
    private static final OptionalInt GPU = Optional.ofNullable(Integer.getInteger("slicer.test.gpu")).stream()
            .mapToInt(Integer::intValue)
            .findFirst();

    private TestEngine() {}

    public static EngineOptions options(Optional<Precision> precision) {
        return new EngineOptions(precision, GPU, OptionalInt.empty(), 512);
    }
}
