package dev.slicer.benchmarks;

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
import java.util.zip.CRC32;

/**
 * Measures one benchmark's subjects, which take turns, and prints a JSON line for each of their metrics.
 * {@code benchmarks/run} is how people start it.
 */
public final class BenchmarkMain {
    private static final String SLICER = "slicer";
    private static final String TRANSFORMERS = "transformers";

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
        Path model = options.benchmark() == Benchmark.TAGGING ? checkpoint(base, folder) : base;
        Workload workload = options.benchmark() == Benchmark.TAGGING
                ? Workload.tagging(options.data(), model, folder)
                : Workload.training(options.data(), model, folder);
        say("%s: %d sentences, %d sub-tokens", options.benchmark(), workload.sentences(), workload.tokens());

        List<Series> series = new ArrayList<>();
        try {
            for (String name : options.only().map(List::of).orElse(List.of(SLICER, TRANSFORMERS))) {
                start(name, model, workload).ifPresent(series::add);
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
        } finally {
            for (Series one : series) {
                one.subject().close();
            }
        }
        String required = options.only().orElse(SLICER);
        return series.stream().anyMatch(one -> one.subject().name().equals(required) && one.complete(options.runs()));
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

    private Optional<Series> start(String name, Path model, Workload workload) {
        if (name.equals(TRANSFORMERS) && options.python().isEmpty()) {
            return Optional.empty();
        }
        List<String> command = name.equals(SLICER)
                ? java(options.benchmark().slicer(), model, workload.data())
                : List.of(
                        options.python().orElseThrow().toString(),
                        options.peers()
                                .resolve(options.benchmark().peerScript())
                                .toString(),
                        model.toString(),
                        workload.data().toString());
        try {
            say("starting %s", name);
            SubjectProcess subject = SubjectProcess.start(name, command, name.equals(SLICER) ? LAUNCHER : Map.of());
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
        if (peak.isPresent()) {
            figures.add(figure(subject, "peak-memory", "MiB", peak.getAsLong() / 1048576.0));
        } else {
            say("peak memory is measured on Linux only");
        }
        for (Figure figure : figures) {
            System.out.println(Json.mapper().writeValueAsString(figure));
        }
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
