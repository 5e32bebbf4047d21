package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Measurements;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.servers.Ladder;
import dev.slicer.benchmarks.servers.Ladder.Rung;
import dev.slicer.benchmarks.servers.Load;
import dev.slicer.benchmarks.servers.Server;
import dev.slicer.benchmarks.suite.Benchmark.Contestant;
import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How long requests take: short ones of a single client, one after the other, then of one sentence by how many of them come in
 * a second. Subjects take turns, load by load, until each has met one that it does not keep up with; then they get a good part
 * of what they can do, and twice as much.
 */
public final class RestLatency {
    /** So many that the slowest of a hundred says something. */
    private static final int REQUESTS = 200;

    private static final int QUICK_REQUESTS = 50;
    /** Longer than a bounded queue takes to fill. */
    private static final Duration OVERLOAD = Duration.ofSeconds(20);

    private static final Duration QUICK_OVERLOAD = Duration.ofSeconds(5);
    /** What a service that has room for busy hours is given. */
    private static final double BUSY = 0.7;

    private final BenchmarkOptions options;
    private final Inputs inputs;
    private final Measurements measurements;
    private final int requests;

    public RestLatency(BenchmarkOptions options, Inputs inputs) {
        this.options = options;
        this.inputs = inputs;
        this.measurements = new Measurements(options.figureName());
        this.requests = options.isQuick() ? QUICK_REQUESTS : REQUESTS;
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
                List<String> shortTexts = Workload.shortRequests(options.data());
                Map<String, Load> alone = new LinkedHashMap<>();
                servers.forEach((name, server) -> alone.put(name, new Load(server.address(), shortTexts)));
                for (Load load : loads.values()) {
                    load.closedLoop(1, Load.times(requests / 2));
                }
                for (int run = 1; run <= options.runs(); run++) {
                    Progress.say("run %d of %d", run, options.runs());
                    alone.forEach(this::oneClient);
                    climb(loads);
                }
            } finally {
                for (Server server : servers.values()) {
                    server.close();
                }
            }
        }
        measurements.print();
        return options.contestants().stream()
                .filter(options::isRequired)
                .allMatch(contestant -> servers.containsKey(contestant.name()));
    }

    /** One request after the other: how long a user waits for a server that has nothing else to do. */
    private void oneClient(String subject, Load load) {
        Answers answers = load.closedLoop(1, Load.times(requests));
        OptionalDouble p50 = answers.percentile(0.5);
        OptionalDouble p99 = answers.percentile(0.99);
        measurements.add(subject, "p50-one-client", "ms", p50.stream().toArray());
        measurements.add(subject, "p99-one-client", "ms", p99.stream().toArray());
        measurements.add(
                subject,
                "failed-one-client",
                "share",
                answers.count(answer -> !answer.accepted()) / (double) answers.count());
        Progress.say(
                "  %s, one client, short texts: p50 %.1f ms, p99 %.1f ms",
                subject, p50.orElse(Double.NaN), p99.orElse(Double.NaN));
    }

    private void climb(Map<String, Load> loads) {
        Map<String, Ladder> ladders = new LinkedHashMap<>();
        loads.forEach((name, load) -> ladders.put(name, new Ladder(rate -> rung(load, rate, options.seconds()))));
        for (double rate : options.isQuick() ? Ladder.QUICK_RATES : Ladder.RATES) {
            ladders.forEach((name, ladder) -> {
                if (ladder.goesOn()) {
                    keep(name, "%.0f".formatted(rate), ladder.climb(rate));
                }
            });
        }
        ladders.forEach((name, ladder) -> {
            double saturation = ladder.saturation();
            measurements.add(name, "saturation", "requests/s", saturation);
            keep(name, "busy", rung(loads.get(name), BUSY * saturation, options.seconds()));
            Duration least = options.isQuick() ? QUICK_OVERLOAD : OVERLOAD;
            Duration time = options.seconds().compareTo(least) > 0 ? options.seconds() : least;
            keep(name, "overload", rung(loads.get(name), 2 * saturation, time));
        });
    }

    private Rung rung(Load load, double rate, Duration least) {
        Duration enough = Duration.ofMillis((long) (requests / rate * 1000));
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
