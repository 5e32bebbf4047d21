package dev.slicer.training;

import dev.slicer.corpus.Corpus;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.labels.LabelSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One fine-tuning run.
 *
 * @param baseModel folder in HuggingFace's layout
 * @param train one or more corpora, trained on together
 * @param output folder that receives {@code config.json}, {@code model.safetensors} and {@code tokenizer.json}; created
 * @param files where the run keeps snapshots and saves its state; empty for a run that does neither
 */
public record FineTuningJob(
        Path baseModel,
        List<Corpus> train,
        LabelSet labels,
        Hyperparameters hyperparameters,
        Path output,
        Optional<RunFiles> files) {
    public FineTuningJob {
        train = List.copyOf(train);
    }

    /** A run that keeps nothing but its result. */
    public FineTuningJob(
            Path baseModel, List<Corpus> train, LabelSet labels, Hyperparameters hyperparameters, Path output) {
        this(baseModel, train, labels, hyperparameters, output, Optional.empty());
    }
}
