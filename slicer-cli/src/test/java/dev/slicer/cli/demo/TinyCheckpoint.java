package dev.slicer.cli.demo;

import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.labels.LabelSet;
import dev.slicer.training.FineTuning;
import dev.slicer.training.FineTuningJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A tiny model that was fine-tuned on {@link WholeLoopIT}'s sentences. */
final class TinyCheckpoint {
    static final int H = 8;
    static final LabelSet LABELS = LabelSet.ofTypes(List.of("PER", "LOC"));

    private TinyCheckpoint() {}

    /**
     * @param steps 1 leaves a model that finds nothing, 200 one that has learnt the sentences by heart
     * @return the checkpoint's folder
     */
    static Path fineTune(Path folder, int steps) throws IOException {
        Path base = TinyModel.write(folder.resolve("tiny-" + steps));
        Path corpus = Files.writeString(folder.resolve("letters.conll"), WholeLoopIT.conll());
        Path checkpoint = folder.resolve("checkpoint-" + steps);
        FineTuning.run(
                new FineTuningJob(
                        base,
                        List.of(Corpora.open(corpus.toString(), LabelMap.identity())),
                        LABELS,
                        hyperparameters(steps),
                        checkpoint),
                new EngineOptions(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(1), 512),
                progress -> {},
                () -> false);
        return checkpoint;
    }

    static Hyperparameters hyperparameters(int steps) {
        return new Hyperparameters(
                OptionalInt.of(H),
                ClassifierMode.TRAINED,
                3e-3,
                0.05,
                1e-8,
                0.1,
                10,
                1,
                1,
                OptionalInt.of(steps),
                40,
                0,
                42,
                WordUpdates.LAZY,
                OptionalInt.empty());
    }
}
