package dev.slicer.jobs;

import dev.slicer.corpus.Corpus;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.labels.LabelSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The store of finished checkpoints. */
public interface Publication {
    /** The checkpoint of an earlier run of the job, complete in the store. */
    Optional<CheckpointPublished> find(String checkpointId);

    /**
     * Puts a fine-tuned model into the store, whole or not at all.
     *
     * @param model folder with the files that the fine-tuning wrote
     * @throws NotPublishedException where the store does not take a model that is whole, which then is left as it was
     * @throws dev.slicer.checkpoint.CheckpointException where the model is not whole, naming the file
     */
    CheckpointPublished publish(
            String checkpointId, Path model, TrainingRequest request, List<Corpus> train, LabelSet labels);
}
