package dev.slicer.training;

import dev.slicer.engine.EngineOptions;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Fine-tunes an encoder for named entity recognition with the SLICER objective. */
public final class FineTuning {
    private FineTuning() {}

    /**
     * Runs the job to its end.
     *
     * @param progress called after each optimiser step, on the calling thread
     * @param cancelled asked before each step
     * @throws TrainingException with a message for people: no entity in the corpus, a label that is not in the label
     *     set, h that does not divide d, a loss that is not finite, cancelled
     */
    public static void run(
            FineTuningJob job, EngineOptions options, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        throw new UnsupportedOperationException("replaced by the engine");
    }
}
