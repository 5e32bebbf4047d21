package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.suite.Benchmark.Contestant;
import dev.slicer.benchmarks.suite.Benchmark.Peer;
import dev.slicer.benchmarks.workload.WorkloadSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code benchmarks/run} passes on.
 *
 * @param cache folder for what is made once
 * @param data folder with the benchmark data; need not exist
 * @param model base model as a {@link dev.slicer.models.hub.ModelReference}
 * @param checkpoint to tag with, instead of one of our own making
 * @param only subjects to measure; empty for those that are measured by default
 * @param python interpreter that has the peers' packages; empty where the peers can't be had
 * @param peers folder of the peers' scripts
 * @param seconds of one measurement under load
 * @param minutes of a soak
 * @param size how much is measured; figures of a quick run are marked as such
 * @param installation Slicer's folder, with the services as the build leaves them
 */
public record BenchmarkOptions(
        Benchmark benchmark,
        int runs,
        Path cache,
        Path data,
        String model,
        Optional<Path> checkpoint,
        List<String> only,
        Optional<Path> python,
        Path peers,
        Path installation,
        Duration seconds,
        Duration minutes,
        WorkloadSize size) {

    /** @param arguments the benchmark's name, then pairs of {@code --option} and value */
    public static BenchmarkOptions parse(List<String> arguments) {
        if (arguments.size() % 2 == 0) {
            throw new IllegalArgumentException("a benchmark's name, then options with one value each: " + arguments);
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < arguments.size(); i += 2) {
            values.put(arguments.get(i), arguments.get(i + 1));
        }
        return new BenchmarkOptions(
                Benchmark.named(arguments.get(0)),
                Integer.parseInt(values.getOrDefault("--runs", "5")),
                Path.of(required(values, "--cache")),
                Path.of(required(values, "--data")),
                values.getOrDefault("--model", "mbert"),
                Optional.ofNullable(values.get("--checkpoint")).map(Path::of),
                values.containsKey("--only") ? List.of(values.get("--only").split(",")) : List.of(),
                Optional.ofNullable(values.get("--python")).map(Path::of),
                Path.of(values.getOrDefault("--peers", "")),
                Path.of(values.getOrDefault("--installation", "")),
                Duration.ofSeconds(Long.parseLong(values.getOrDefault("--seconds", "10"))),
                Duration.ofMinutes(Long.parseLong(values.getOrDefault("--minutes", "60"))),
                WorkloadSize.valueOf(values.getOrDefault("--size", "full").toUpperCase(Locale.ROOT)));
    }

    /** The subjects that are to be measured. */
    List<Contestant> contestants() {
        return benchmark.contestants(only);
    }

    /** Whether the benchmark fails where this subject could not be measured. */
    boolean isRequired(Contestant contestant) {
        return !only.isEmpty() || !(contestant instanceof Peer);
    }

    boolean isQuick() {
        return size == WorkloadSize.QUICK;
    }

    /** The benchmark's name in its figures. */
    String figureName() {
        return isQuick() ? benchmark + "-quick" : benchmark.toString();
    }

    private static String required(Map<String, String> values, String option) {
        return Optional.ofNullable(values.get(option))
                .orElseThrow(() -> new IllegalArgumentException(option + " is missing"));
    }
}
