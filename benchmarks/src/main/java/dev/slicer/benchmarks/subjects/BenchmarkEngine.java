package dev.slicer.benchmarks.subjects;

import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import java.util.Optional;
import java.util.OptionalInt;

/** The engine that is measured. */
final class BenchmarkEngine {
    /** Names the CUDA device to measure on. */
    private static final String GPU = "SLICER_BENCHMARK_GPU";

    private BenchmarkEngine() {}

    /** @param precision empty where it is to be chosen at start */
    static EngineOptions options(Optional<Precision> precision) {
        EngineOptions defaults = EngineOptions.defaults();
        OptionalInt gpu = Optional.ofNullable(System.getenv(GPU)).stream()
                .mapToInt(Integer::parseInt)
                .findFirst();
        return new EngineOptions(
                precision,
                defaults.allowInt8(),
                gpu,
                defaults.threads(),
                defaults.maxBatchTokens(),
                defaults.detectLanguages());
    }
}
