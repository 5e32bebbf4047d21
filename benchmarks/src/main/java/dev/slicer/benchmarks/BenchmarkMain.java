package dev.slicer.benchmarks;

import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.suite.BenchmarkOptions;
import dev.slicer.benchmarks.suite.Inputs;
import dev.slicer.benchmarks.suite.InterleavedRuns;
import dev.slicer.benchmarks.suite.RestFairness;
import dev.slicer.benchmarks.suite.RestLatency;
import dev.slicer.benchmarks.suite.ServerMemory;
import dev.slicer.benchmarks.suite.Soak;
import dev.slicer.benchmarks.suite.Swap;
import dev.slicer.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Runs one benchmark; {@code benchmarks/run} is how people start it. */
public final class BenchmarkMain {
    private BenchmarkMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        BenchmarkOptions options = BenchmarkOptions.parse(List.of(args));
        Path folder = Files.createDirectories(
                options.cache().resolve("work").resolve(options.size().name().toLowerCase(Locale.ROOT)));
        if (!Workload.hasBenchmarkData(options.data())) {
            Progress.say("no benchmark data in %s: the bundled sample corpus takes its place", options.data());
        }
        System.exit(measure(options, new Inputs(options, folder)) ? 0 : 1);
    }

    /** Whether every subject that had to be measured was, and was found to be as it must. */
    private static boolean measure(BenchmarkOptions options, Inputs inputs) throws IOException, InterruptedException {
        return switch (options.benchmark()) {
            case TRAINING_STEP, TAGGING, KAFKA_PATH -> new InterleavedRuns(options, inputs).measure();
            case REST_LATENCY -> new RestLatency(options, inputs).measure();
            case REST_FAIRNESS -> new RestFairness(options, inputs).measure();
            case MEMORY -> new ServerMemory(options, inputs).measure();
            case SWAP -> new Swap(options, inputs).measure();
            case SOAK -> new Soak(options, inputs).measure();
        };
    }
}
