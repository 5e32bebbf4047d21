package dev.slicer.jobs;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The store of finished checkpoints. */
public interface Publication {
    /**
     * How a model came about.
     *
     * @param dataFingerprints of the corpora, by their references
     * @param steps optimiser steps of the run
     * @param scores F1 by what it was measured on
     */
    record Origin(
            TrainingRequest request,
            List<String> labels,
            Map<String, String> dataFingerprints,
            int steps,
            Map<String, Double> scores) {}

    /** The checkpoint of an earlier run of the job, complete in the store. */
    Optional<CheckpointPublished> find(String checkpointId);

    /**
     * A checkpoint's folder and manifest.
     *
     * @throws dev.slicer.checkpoint.CheckpointException where there is none or it is damaged, naming the file
     */
    Stored fetch(String checkpointId);

    record Stored(Path folder, Manifest manifest) {}

    /**
     * Puts a model into the store under the job's id, whole or not at all.
     *
     * @param model folder with the files of the model
     * @throws NotPublishedException where the store does not take a model that is whole, which then is left as it was
     * @throws dev.slicer.checkpoint.CheckpointException where the model is not whole, naming the file
     */
    CheckpointPublished publish(Path model, Origin origin);
}
