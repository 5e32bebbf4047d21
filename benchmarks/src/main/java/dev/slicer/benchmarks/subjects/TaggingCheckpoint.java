package dev.slicer.benchmarks.subjects;

import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.training.FineTuning;
import dev.slicer.training.FineTuningJob;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Fine-tunes the checkpoint that the tagging benchmark loads: long enough to find entities, for a tagger that finds
 * none, or one at every word, has other work to do. A process of its own, so that its memory is gone afterwards.
 */
public final class TaggingCheckpoint {
    /** Seven times over the sentences: the model is as sure of its labels as one that is put to use. */
    public static final int STEPS = 700;

    private TaggingCheckpoint() {}

    /** @param args folder of the base model, JSON Lines file of the sentences, folder to write */
    public static void main(String[] args) {
        FineTuningJob job = new FineTuningJob(
                Path.of(args[0]),
                List.of(Corpora.open(args[1], LabelMap.identity())),
                TrainingStepSubject.LABELS,
                TrainingStepSubject.hyperparameters(1, OptionalInt.of(STEPS), OptionalInt.empty()),
                Path.of(args[2]));
        FineTuning.run(
                job,
                BenchmarkEngine.asItComes(),
                progress -> {
                    if (progress.step() % 10 == 0) {
                        System.err.printf(
                                "  step %d of %d, loss %.3f%n",
                                progress.step(), progress.totalSteps(), progress.loss());
                    }
                },
                () -> false);
    }
}
