package dev.slicer.benchmarks;

import dev.slicer.benchmarks.Benchmark.Contestant;
import dev.slicer.benchmarks.Benchmark.Own;
import dev.slicer.benchmarks.Benchmark.Peer;
import dev.slicer.json.Json;
import dev.slicer.models.DownloadListener;
import dev.slicer.models.ModelReference;
import dev.slicer.models.ModelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * Measures one benchmark's subjects, which take turns, and prints a JSON line for each of their metrics.
 * {@code benchmarks/run} is how people start it.
 */
public final class BenchmarkMain {
    /** What {@code ./slicer} and the container images set for the process. */
    private static final Map<String, String> LAUNCHER = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "4194304",
            "MALLOC_TRIM_THRESHOLD_", "268435456");

    private final BenchmarkOptions options;

    private BenchmarkMain(BenchmarkOptions options) {
        this.options = options;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(new BenchmarkMain(BenchmarkOptions.parse(List.of(args))).measure() ? 0 : 1);
    }

    /** Whether every subject that had to be measured was. */
    private boolean measure() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(options.cache().resolve("work"));
        if (!Workload.hasBenchmarkData(options.data())) {
            say("no benchmark data in %s: the bundled sample corpus takes its place", options.data());
        }
        Path base = baseModel();
        Path model = options.benchmark() == Benchmark.TRAINING_STEP ? base : checkpoint(base, folder);
        Workload workload = switch (options.benchmark()) {
            case TRAINING_STEP -> Workload.training(options.data(), model, folder);
            case TAGGING -> Workload.tagging(options.data(), model, folder);
            case KAFKA_PATH -> Workload.stream(options.data(), model, folder);
        };
        say("%s: %d sentences, %d sub-tokens", options.benchmark(), workload.sentences(), workload.tokens());

        List<Series> series = new ArrayList<>();
        try {
            for (Contestant contestant : chosen()) {
                start(contestant, model, workload).ifPresent(series::add);
            }
            for (int run = 1; run <= options.runs(); run++) {
                for (Series one : series) {
                    run(one, run);
                }
            }
            for (Series one : series) {
                if (one.complete(options.runs())) {
                    print(one, workload);
                }
            }
            if (options.benchmark() == Benchmark.KAFKA_PATH && series.size() == 2) {
                printShare(series.get(0), series.get(1));
            }
        } finally {
            for (Series one : series) {
                one.subject().close();
            }
        }
        return chosen().stream()
                .filter(contestant ->
                        contestant instanceof Own || options.only().isPresent())
                .allMatch(contestant -> series.stream()
                        .anyMatch(
                                one -> one.subject().name().equals(contestant.name()) && one.complete(options.runs())));
    }

    private List<Contestant> chosen() {
        return options.benchmark().contestants().stream()
                .filter(contestant ->
                        options.only().map(contestant.name()::equals).orElse(true))
                .toList();
    }

    private Path baseModel() {
        ModelStore store = new ModelStore(ModelStore.defaultRoot());
        return store.resolve(ModelReference.parse(options.model()), new PhaseListener());
    }

    private Path checkpoint(Path base, Path folder) throws IOException, InterruptedException {
        if (options.checkpoint().isPresent()) {
            return options.checkpoint().get();
        }
        Workload training = Workload.checkpoint(options.data(), base, folder);
        CRC32 key = new CRC32();
        key.update(options.model().getBytes(StandardCharsets.UTF_8));
        key.update(Files.readAllBytes(training.data()));
        Path checkpoint = options.cache().resolve("checkpoint-" + Long.toHexString(key.getValue()));
        if (!Files.isDirectory(checkpoint)) {
            say("fine-tuning the checkpoint to tag with, once");
            Path staged = Files.createTempDirectory(options.cache(), "checkpoint-staged-");
            Process process = new ProcessBuilder(java(TaggingCheckpoint.class, base, training.data(), staged))
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException("the checkpoint could not be fine-tuned; the reason is above");
            }
            Files.move(staged, checkpoint, StandardCopyOption.ATOMIC_MOVE);
        }
        return checkpoint;
    }

    private Optional<Series> start(Contestant contestant, Path model, Workload workload) {
        String name = contestant.name();
        List<String> command;
        Map<String, String> environment;
        if (contestant instanceof Own own) {
            command = java(own.main(), model, workload.data(), options.installation());
            environment = LAUNCHER;
        } else if (options.python().isPresent()) {
            command = List.of(
                    options.python().get().toString(),
                    options.peers().resolve(((Peer) contestant).script()).toString(),
                    model.toString(),
                    workload.data().toString());
            environment = Map.of();
        } else {
            return Optional.empty();
        }
        try {
            say("starting %s", name);
            SubjectProcess subject = SubjectProcess.start(name, command, environment);
            say("  %s: %s", name, subject.description());
            return Optional.of(new Series(subject));
        } catch (IOException e) {
            say("%s is not measured: %s", name, e.getMessage());
            return Optional.empty();
        }
    }

    private void run(Series series, int run) {
        if (!series.complete(run - 1)) {
            return;
        }
        try {
            double seconds = series.subject().run();
            series.seconds().add(seconds);
            say(
                    "  run %d of %d, %s: %.2f s",
                    run, options.runs(), series.subject().name(), seconds);
        } catch (IOException e) {
            say("%s is not measured: %s", series.subject().name(), e.getMessage());
        }
    }

    private void print(Series series, Workload workload) throws IOException {
        double[] seconds =
                series.seconds().stream().mapToDouble(Double::doubleValue).toArray();
        String subject = series.subject().name();
        List<Figure> figures = new ArrayList<>();
        if (options.benchmark() == Benchmark.TRAINING_STEP) {
            int steps = (workload.sentences() + Workload.BATCH - 1) / Workload.BATCH;
            figures.add(figure(subject, "step-time", "s", divided(seconds, steps)));
        }
        figures.add(figure(subject, "sentence-throughput", "sentences/s", per(workload.sentences(), seconds)));
        figures.add(figure(subject, "token-throughput", "tokens/s", per(workload.tokens(), seconds)));
        OptionalLong peak = series.subject().peakMemory();
        if (options.benchmark() == Benchmark.KAFKA_PATH) {
            // Its work is done by processes of its own, whose memory is another benchmark's.
        } else if (peak.isPresent()) {
            figures.add(figure(subject, "peak-memory", "MiB", peak.getAsLong() / 1048576.0));
        } else {
            say("peak memory is measured on Linux only");
        }
        for (Figure figure : figures) {
            System.out.println(Json.mapper().writeValueAsString(figure));
        }
    }

    /** How much of the engine's speed is left on the way through Kafka, run by run. */
    private void printShare(Series offline, Series kafka) throws IOException {
        if (!offline.complete(options.runs()) || !kafka.complete(options.runs())) {
            return;
        }
        double[] shares = IntStream.range(0, options.runs())
                .mapToDouble(run -> offline.seconds().get(run) / kafka.seconds().get(run))
                .toArray();
        System.out.println(
                Json.mapper().writeValueAsString(figure(kafka.subject().name(), "share-of-offline", "ratio", shares)));
    }

    private Figure figure(String subject, String metric, String unit, double... values) {
        return Figure.of(options.benchmark().toString(), subject, metric, unit, values);
    }

    private static double[] divided(double[] values, double divisor) {
        return Arrays.stream(values).map(v -> v / divisor).toArray();
    }

    private static double[] per(double amount, double[] seconds) {
        return Arrays.stream(seconds).map(s -> amount / s).toArray();
    }

    /** A JVM like this one, so with the same native library. */
    private static List<String> java(Class<?> main, Path... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private static void say(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }

    /** A subject and the seconds of its runs so far. */
    private record Series(SubjectProcess subject, List<Double> seconds) {
        Series(SubjectProcess subject) {
            this(subject, new ArrayList<>());
        }

        boolean complete(int runs) {
            return seconds.size() == runs;
        }
    }

    /** Says each phase of fetching the base model once. */
    private static final class PhaseListener implements DownloadListener {
        private String phase = "";

        @Override
        public synchronized void report(String current, long bytesDone, OptionalLong bytesTotal) {
            if (!current.equals(phase)) {
                phase = current;
                say("%s", current);
            }
        }
    }
}
