package dev.slicer.benchmarks.subjects;

import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.benchmarks.workload.Workload;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.LabelMap;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.labels.LabelSet;
import dev.slicer.training.FineTuning;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.TrainingException;
import dev.slicer.training.TrainingProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Standard fine-tuning (h = d) with all parameters trained, or with adapters in their place. A run trains an epoch to warm
 * up, measures the next and is called off at the start of a third, so that no checkpoint is written.
 */
public final class TrainingStepSubject {
    public static final LabelSet LABELS = LabelSet.ofTypes(List.of("PER", "ORG", "LOC"));

    private TrainingStepSubject() {}

    /**
     * @param args folder of the base model, JSON Lines file of the sentences, Slicer's folder, and the adapters' rank where there
     *     are some
     */
    public static void main(String[] args) throws IOException {
        Path model = Path.of(args[0]);
        Corpus train = Corpora.open(args[1], LabelMap.identity());
        OptionalInt rank = args.length > 3 ? OptionalInt.of(Integer.parseInt(args[3])) : OptionalInt.empty();
        String what = rank.isPresent() ? "adapters of rank " + rank.getAsInt() : "standard fine-tuning";
        Subject.serve(
                what + ", precision chosen at start-up",
                () -> secondsOfSecondEpoch(model, train, hyperparameters(3, OptionalInt.empty(), rank)));
    }

    static Hyperparameters hyperparameters(int epochs, OptionalInt steps, OptionalInt loraRank) {
        return new Hyperparameters(
                OptionalInt.empty(),
                ClassifierMode.TRAINED,
                5e-5,
                0.05,
                1e-8,
                0.1,
                Workload.BATCH,
                1,
                epochs,
                steps,
                510,
                0.1,
                42,
                loraRank.isPresent() ? WordUpdates.FROZEN : WordUpdates.LAZY,
                loraRank);
    }

    private static double secondsOfSecondEpoch(Path model, Corpus train, Hyperparameters hyperparameters) {
        int stepsPerEpoch = (train.sentences().size() + Workload.BATCH - 1) / Workload.BATCH;
        SecondEpoch clock = new SecondEpoch(stepsPerEpoch);
        try (WorkFolder output = WorkFolder.temporary()) {
            FineTuning.run(
                    new FineTuningJob(model, List.of(train), LABELS, hyperparameters, output.path()),
                    BenchmarkEngine.asItComes(),
                    clock,
                    clock);
        } catch (TrainingException e) {
            if (!clock.getAsBoolean()) {
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return clock.seconds();
    }

    /** Times the second epoch from the training's progress; asked as a supplier, whether that epoch is over. */
    private static final class SecondEpoch implements Consumer<TrainingProgress>, BooleanSupplier {
        private final int stepsPerEpoch;
        private long start;
        private long end;
        private boolean over;

        SecondEpoch(int stepsPerEpoch) {
            this.stepsPerEpoch = stepsPerEpoch;
        }

        @Override
        public void accept(TrainingProgress progress) {
            if (progress.step() == stepsPerEpoch) {
                start = System.nanoTime();
            } else if (progress.step() == 2 * stepsPerEpoch) {
                end = System.nanoTime();
                over = true;
            }
        }

        @Override
        public boolean getAsBoolean() {
            return over;
        }

        double seconds() {
            if (!over) {
                throw new IllegalStateException("training ended before its second epoch did");
            }
            return (end - start) / 1e9;
        }
    }
}
