package dev.slicer.benchmarks.subjects;

import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** The engine that is measured. */
final class BenchmarkEngine {
    /** Names the CUDA device to measure on. */
    private static final String GPU = "SLICER_BENCHMARK_GPU";

    private BenchmarkEngine() {}

    /** As the command line has it: the precision is chosen at start among the floating-point ones. */
    static EngineOptions asItComes() {
        return options(Optional.empty(), false);
    }

    /** @param setting a precision, or {@code served}: as services have it, where int8 may be chosen too */
    static EngineOptions set(String setting) {
        return setting.equals("served")
                ? options(Optional.empty(), true)
                : options(Optional.of(Precision.valueOf(setting.toUpperCase(Locale.ROOT))), false);
    }

    private static EngineOptions options(Optional<Precision> precision, boolean allowInt8) {
        EngineOptions defaults = EngineOptions.defaults();
        OptionalInt gpu = Optional.ofNullable(System.getenv(GPU)).stream()
                .mapToInt(Integer::parseInt)
                .findFirst();
        return new EngineOptions(
                precision, allowInt8, gpu, defaults.threads(), defaults.maxBatchTokens(), defaults.detectLanguages());
    }
}
