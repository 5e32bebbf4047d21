package dev.slicer.cli.arguments;

import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options of every command that runs a model. */
public final class EngineArguments {
    @Option(
            names = "--precision",
            paramLabel = "FORMAT",
            description =
                    "Number format of the matrix products: fp32, bf16, fp16 or, for tagging, int8. Default: the fastest "
                            + "on this machine, found by a short measurement.")
    private Optional<Precision> precision = Optional.empty();

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads. Default: all cores.")
    private Optional<Integer> threads = Optional.empty();

    @Option(names = "--gpu", paramLabel = "N", description = "Number of the CUDA device. Default: the CPU.")
    private Optional<Integer> gpu = Optional.empty();

    public EngineOptions toOptions() {
        return new EngineOptions(
                precision, toInt(gpu), toInt(threads), EngineOptions.defaults().maxBatchTokens());
    }

    private static OptionalInt toInt(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }
}
