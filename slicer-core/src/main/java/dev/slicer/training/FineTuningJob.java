package dev.slicer.training;

import dev.slicer.corpus.Corpus;
import dev.slicer.labels.LabelSet;
import java.nio.file.Path;
import java.util.List;

/**
 * One fine-tuning run.
 *
 * @param baseModel folder in HuggingFace's layout
 * @param train one or more corpora, trained on together
 * @param output folder that receives {@code config.json}, {@code model.safetensors} and {@code tokenizer.json}; created
 */
public record FineTuningJob(
        Path baseModel, List<Corpus> train, LabelSet labels, Hyperparameters hyperparameters, Path output) {
    public FineTuningJob {
        train = List.copyOf(train);
    }
}
