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
    /**
     * Number format of matrix products: {@code FP32}, {@code BF16}, {@code FP16} or, for tagging on CPUs,
     * {@code INT8}. Default: the fastest one that a measurement at start finds.
     */
    Optional<Precision> precision();

    /**
     * Whether the measurement at start may choose {@code INT8} for tagging where that is the fastest. Training never
     * uses it.
     */
    @WithDefault("true")
    boolean allowInt8();

    /** Number of a CUDA device. Default: none, the CPU. */
    @Min(0)
    OptionalInt gpu();

    /** Number of cores to compute on. Default: all that the process may use. */
    @Min(1)
    OptionalInt threads();

    /** Number of sub-tokens in one forward pass at most. More gain nothing on CPUs and keep requests waiting. */
    @WithDefault("512")
    @Min(1)
    int maxBatchTokens();

    /** Whether to detect the language of documents that do not say it. Without, the heap needs 36 MB less. */
    @WithDefault("true")
    boolean detectLanguages();

    default EngineOptions toOptions() {
        return new EngineOptions(precision(), allowInt8(), gpu(), threads(), maxBatchTokens(), detectLanguages());
    }
}
