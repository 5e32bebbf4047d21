package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Figure;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.measuring.ResidentMemory;
import dev.slicer.benchmarks.subjects.TrainingStepSubject;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.engine.EngineOptions;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.io.Home;
import dev.slicer.models.ModelStore;
import dev.slicer.models.hub.ModelReference;
import dev.slicer.training.FineTuning;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.RunFiles;
import dev.slicer.training.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Resident memory of a long fine-tuning run that saves its state as it goes: the benchmark {@code training-memory}. By the
 * second save every page of parameters and moments has been touched and most sizes of batches have been met; from then on
 * nothing should grow.
 */
public final class TrainingMemory {
    /** Steps between two saves, and whose mean is taken at either end; fewer in a run too short for four such windows. */
    private static final int WINDOW = 200;

    private final String name;
    private final int steps;
    private final int window;
    private double first;
    private double last;

    private TrainingMemory(String name, int steps) {
        this.name = name;
        this.steps = steps;
        this.window = Math.min(WINDOW, steps / 4);
    }

    /** @param arguments base model, corpus, empty folder, steps, sentences in a step, the benchmark's name in its figures */
    public static void main(String[] arguments) throws IOException {
        int steps = Integer.parseInt(arguments[3]);
        if (steps < 4) {
            throw new IllegalArgumentException("a growth is measured over at least 4 steps");
        }
        Path folder = Path.of(arguments[2]);
        TrainingMemory memory = new TrainingMemory(arguments[5], steps);
        FineTuning.run(
                new FineTuningJob(
                        new ModelStore(Home.ofProcess().models())
                                .resolve(ModelReference.parse(arguments[0]), (phase, done, total) -> {}),
                        List.of(Corpora.open(arguments[1], LabelMap.identity())),
                        TrainingStepSubject.LABELS,
                        hyperparameters(steps, Integer.parseInt(arguments[4])),
                        folder.resolve("model"),
                        Optional.of(new RunFiles(folder.resolve("files"), memory.window, new Snapshots.None()))),
                EngineOptions.defaults(),
                memory::observe,
                () -> false);
        memory.print();
    }

    private static Hyperparameters hyperparameters(int steps, int batchSize) {
        return new Hyperparameters(
                OptionalInt.of(8),
                ClassifierMode.TRAINED,
                5e-5,
                0.05,
                1e-8,
                0.1,
                batchSize,
                1,
                1,
                OptionalInt.of(steps),
                510,
                0.1,
                42,
                WordUpdates.LAZY,
                OptionalInt.empty());
    }

    private void observe(TrainingProgress progress) {
        int step = progress.step();
        double resident = memory().residentMib() / window;
        if (step > 2 * window && step <= 3 * window) {
            first += resident;
        } else if (step > steps - window) {
            last += resident;
        }
        if (step % window == 0) {
            Progress.say("  step %d of %d: %.0f MiB", step, steps, memory().residentMib());
        }
    }

    private void print() {
        for (Figure figure : List.of(
                figure("resident-after-second-save", "MiB", first),
                figure("resident-at-the-end", "MiB", last),
                figure("growth", "%", (last / first - 1) * 100),
                figure("peak-memory", "MiB", memory().peakMib()))) {
            figure.print();
        }
    }

    private Figure figure(String metric, String unit, double value) {
        return Figure.of(name, "slicer", metric, unit, value);
    }

    private static ResidentMemory memory() {
        try {
            return ResidentMemory.of(ProcessHandle.current().pid()).orElseThrow();
        } catch (IOException | NoSuchElementException e) {
            throw new IllegalStateException("resident memory is measured on Linux only", e);
        }
    }
}
