package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Figure;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.measuring.ResidentMemory;
import dev.slicer.benchmarks.subjects.SubjectProcess;
import dev.slicer.benchmarks.suite.Benchmark.Contestant;
import dev.slicer.benchmarks.suite.Benchmark.Own;
import dev.slicer.benchmarks.suite.Benchmark.Peer;
import dev.slicer.benchmarks.workload.LabelledText;
import dev.slicer.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Measures subjects that take turns at one workload by the seconds that they need for it. */
public final class InterleavedRuns {
    private final BenchmarkOptions options;
    private final Inputs inputs;

    public InterleavedRuns(BenchmarkOptions options, Inputs inputs) {
        this.options = options;
        this.inputs = inputs;
    }

    /** Whether every subject that had to be measured was. */
    public boolean measure() throws IOException, InterruptedException {
        Path folder = inputs.folder();
        Path model = options.benchmark() == Benchmark.TRAINING_STEP ? inputs.baseModel() : inputs.checkpoint();
        Workload workload = switch (options.benchmark()) {
            case TRAINING_STEP -> Workload.training(options.data(), model, folder, options.size());
            case TAGGING -> Workload.tagging(options.data(), model, folder, options.size());
            case KAFKA_PATH -> Workload.stream(options.data(), model, folder, options.size());
            default -> throw new IllegalArgumentException(options.benchmark() + " has no turns");
        };
        Progress.say("%s: %d sentences, %d sub-tokens", options.benchmark(), workload.sentences(), workload.tokens());

        List<Series> series = new ArrayList<>();
        try {
            for (Contestant contestant : options.contestants()) {
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
            if (options.benchmark() == Benchmark.TAGGING) {
                score(series);
            }
            if (options.benchmark() == Benchmark.KAFKA_PATH && series.size() == 2) {
                printShare(series.get(0), series.get(1));
            }
        } finally {
            for (Series one : series) {
                one.subject().close();
            }
        }
        return options.contestants().stream()
                .filter(options::isRequired)
                .allMatch(contestant -> series.stream()
                        .anyMatch(
                                one -> one.subject().name().equals(contestant.name()) && one.complete(options.runs())));
    }

    private Optional<Series> start(Contestant contestant, Path model, Workload workload) {
        String name = contestant.name();
        List<String> command;
        Map<String, String> environment;
        if (contestant instanceof Own own) {
            List<Object> arguments = new ArrayList<>(List.of(model, workload.data(), options.installation()));
            arguments.addAll(own.settings());
            command = SubjectProcess.java(own.main(), arguments);
            environment = SubjectProcess.LAUNCHER;
        } else if (options.python().isPresent()) {
            Peer peer = (Peer) contestant;
            command = new ArrayList<>(List.of(
                    options.python().get().toString(),
                    options.peers().resolve(peer.script()).toString(),
                    model.toString(),
                    workload.data().toString(),
                    options.cache().toString()));
            command.addAll(peer.settings());
            environment = Map.of();
        } else {
            return Optional.empty();
        }
        try {
            Progress.say("starting %s", name);
            SubjectProcess subject = SubjectProcess.start(name, command, environment);
            Progress.say("  %s: %s", name, subject.description());
            return Optional.of(new Series(subject));
        } catch (IOException e) {
            Progress.say("%s is not measured: %s", name, e.getMessage());
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
            Progress.say(
                    "  run %d of %d, %s: %.2f s",
                    run, options.runs(), series.subject().name(), seconds);
        } catch (IOException e) {
            Progress.say("%s is not measured: %s", series.subject().name(), e.getMessage());
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
        Optional<ResidentMemory> peak = ResidentMemory.of(series.subject().pid());
        if (options.benchmark() == Benchmark.KAFKA_PATH) {
            // Its work is done by processes of its own, whose memory is another benchmark's.
        } else if (peak.isPresent()) {
            figures.add(figure(subject, "peak-memory", "MiB", peak.get().peakMib()));
        } else {
            Progress.say("peak memory is measured on Linux only");
        }
        figures.forEach(Figure::print);
    }

    /** How right the subjects are: outside of their timed runs, on more texts than those have. */
    private void score(List<Series> series) throws IOException {
        List<LabelledText> texts =
                Workload.labelledTexts(options.data(), options.size().scoredPerLanguage());
        Path file = inputs.folder().resolve("scored.txt");
        Files.write(file, texts.stream().map(LabelledText::text).toList());
        for (Series one : series) {
            if (one.complete(options.runs())) {
                score(one, file, texts);
            }
        }
    }

    private void score(Series series, Path file, List<LabelledText> texts) {
        SubjectProcess subject = series.subject();
        try {
            double f1 = StrictF1.mean(texts, subject.entities(file, texts.size()));
            Progress.say("  %s: F1 %.2f on %d sentences", subject.name(), f1, texts.size());
            figure(subject.name(), "f1", "%", f1).print();
        } catch (IOException | IllegalArgumentException e) {
            Progress.say("%s has no F1: %s", subject.name(), e.getMessage());
            series.discard();
        }
    }

    /** How much of the engine's speed is left on the way through Kafka, run by run. */
    private void printShare(Series offline, Series kafka) {
        if (!offline.complete(options.runs()) || !kafka.complete(options.runs())) {
            return;
        }
        double[] shares = IntStream.range(0, options.runs())
                .mapToDouble(run -> offline.seconds().get(run) / kafka.seconds().get(run))
                .toArray();
        figure(kafka.subject().name(), "share-of-offline", "ratio", shares).print();
    }

    private Figure figure(String subject, String metric, String unit, double... values) {
        return Figure.of(options.figureName(), subject, metric, unit, values);
    }

    private static double[] divided(double[] values, double divisor) {
        return Arrays.stream(values).map(v -> v / divisor).toArray();
    }

    private static double[] per(double amount, double[] seconds) {
        return Arrays.stream(seconds).map(s -> amount / s).toArray();
    }

    /** A subject and the seconds of its runs so far. */
    private record Series(SubjectProcess subject, List<Double> seconds) {
        Series(SubjectProcess subject) {
            this(subject, new ArrayList<>());
        }

        /** What was measured of it so far does not count. */
        void discard() {
            seconds.clear();
        }

        boolean complete(int runs) {
            return seconds.size() == runs;
        }
    }
}
