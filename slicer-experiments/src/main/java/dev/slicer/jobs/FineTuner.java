package dev.slicer.jobs;

import dev.slicer.training.FineTuningJob;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingProgress;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The work itself, as {@link dev.slicer.training.FineTuning} does it. */
@FunctionalInterface
public interface FineTuner {
    /**
     * Writes the fine-tuned model to the job's output folder.
     *
     * @param progress called after each optimiser step, on the calling thread
     * @param cancelled asked before each step
     * @return the models that were kept on the way, oldest first
     * @throws dev.slicer.training.TrainingException where the job cannot start or go on, or is cancelled
     */
    List<Snapshot> run(FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled);
}
