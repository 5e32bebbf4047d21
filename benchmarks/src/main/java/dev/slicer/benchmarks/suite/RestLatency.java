package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Measurements;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.servers.Ladder;
import dev.slicer.benchmarks.servers.Ladder.Rung;
import dev.slicer.benchmarks.servers.Load;
import dev.slicer.benchmarks.servers.Server;
import dev.slicer.benchmarks.suite.Benchmark.Contestant;
import dev.slicer.benchmarks.workload.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long requests of one sentence take by how many of them come in a second. Subjects take turns, load by load, until each
 * has met one that it does not keep up with; then they get twice as much as they can do.
 */
public final class RestLatency {
    /** So many that the slowest of a hundred says something. */
    private static final int REQUESTS = 200;
    /** Longer than a bounded queue takes to fill. */
    private static final Duration OVERLOAD = Duration.ofSeconds(20);

    private final BenchmarkOptions options;
    private final Inputs inputs;
    private final Measurements measurements;

    public RestLatency(BenchmarkOptions options, Inputs inputs) {
        this.options = options;
        this.inputs = inputs;
        this.measurements = new Measurements(options.benchmark().toString());
    }

    public boolean measure() throws IOException, InterruptedException {
        Path checkpoint = inputs.checkpoint();
        List<String> texts = inputs.texts(checkpoint);
        Map<String, Server> servers = new LinkedHashMap<>();
        try (WorkFolder folder = WorkFolder.in(inputs.folder())) {
            try {
                for (Contestant contestant : options.contestants()) {
                    new Servers(options, folder)
                            .start(contestant, checkpoint)
                            .ifPresent(server -> servers.put(contestant.name(), server));
                }
                Map<String, Load> loads = new LinkedHashMap<>();
                servers.forEach((name, server) -> loads.put(name, new Load(server.address(), texts)));
                for (Load load : loads.values()) {
                    load.closedLoop(1, Load.times(REQUESTS / 2));
                }
                for (int run = 1; run <= options.runs(); run++) {
                    Progress.say("run %d of %d", run, options.runs());
                    climb(loads);
                }
            } finally {
                for (Server server : servers.values()) {
                    server.close();
                }
            }
        }
        measurements.print();
        return servers.containsKey("slicer") || options.only().isPresent() && !servers.isEmpty();
    }

    private void climb(Map<String, Load> loads) {
        Map<String, Ladder> ladders = new LinkedHashMap<>();
        loads.forEach((name, load) -> ladders.put(name, new Ladder(rate -> rung(load, rate, options.seconds()))));
        for (double rate : Ladder.RATES) {
            ladders.forEach((name, ladder) -> {
                if (ladder.goesOn()) {
                    keep(name, "%.0f".formatted(rate), ladder.climb(rate));
                }
            });
        }
        ladders.forEach((name, ladder) -> {
            double saturation = ladder.saturation();
            measurements.add(name, "saturation", "requests/s", saturation);
            Duration time = options.seconds().compareTo(OVERLOAD) > 0 ? options.seconds() : OVERLOAD;
            keep(name, "overload", rung(loads.get(name), 2 * saturation, time));
        });
    }

    private static Rung rung(Load load, double rate, Duration least) {
        Duration enough = Duration.ofMillis((long) (REQUESTS / rate * 1000));
        Duration time = enough.compareTo(least) > 0 ? enough : least;
        Instant start = Instant.now();
        return Rung.of(rate, load.atRate(rate, Load.lasting(time)), start, time);
    }

    private void keep(String subject, String load, Rung rung) {
        String at = "-at-" + load;
        measurements.add(subject, "p50" + at, "ms", rung.p50().stream().toArray());
        measurements.add(subject, "p99" + at, "ms", rung.p99().stream().toArray());
        measurements.add(subject, "throughput" + at, "requests/s", rung.throughput());
        measurements.add(subject, "refused" + at, "share", rung.refused());
        measurements.add(subject, "failed" + at, "share", rung.failed());
        Progress.say(
                "  %s, %.1f requests/s: %.1f answered, p50 %.0f ms, p99 %.0f ms, refused %.1f%%, failed %.1f%%",
                subject,
                rung.offered(),
                rung.throughput(),
                rung.p50().orElse(Double.NaN),
                rung.p99().orElse(Double.NaN),
                rung.refused() * 100,
                rung.failed() * 100);
    }
}
