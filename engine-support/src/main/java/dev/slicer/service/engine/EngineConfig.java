package dev.slicer.service.engine;

import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.util.Optional;
import java.util.OptionalInt;

/** How the engine uses the machine. */
@ConfigMapping(prefix = "slicer.engine")
interface EngineConfig {
    /** FP32, BF16, FP16 or INT8; measured at start when absent. */
    Optional<Precision> precision();

    /** Whether the measurement may choose INT8 where it is the fastest; it loses a little of F1. */
    @WithDefault("false")
    boolean allowInt8();

    /** CUDA device number; the CPU when absent. */
    @Min(0)
    OptionalInt gpu();

    /** Threads of one matrix product; all cores when absent. */
    @Min(1)
    OptionalInt threads();

    /** Sub-tokens in one forward pass. */
    @WithDefault("512")
    @Min(1)
    int maxBatchTokens();

    /** Whether to find out the language of documents that do not say it. */
    @WithDefault("true")
    boolean detectLanguages();

    default EngineOptions toOptions() {
        return new EngineOptions(precision(), allowInt8(), gpu(), threads(), maxBatchTokens(), detectLanguages());
    }
}
