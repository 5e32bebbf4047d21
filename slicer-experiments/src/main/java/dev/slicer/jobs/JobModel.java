package dev.slicer.jobs;

import dev.slicer.training.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The model that a job made.
 *
 * @param folder in HuggingFace's layout
 * @param snapshots models of the run's earlier steps, oldest first; an average has none
 * @param steps optimiser steps of the run, or of each of the averaged runs
 */
record JobModel(Path folder, Provenance provenance, List<Snapshot> snapshots, int steps) {
    /** @param scores F1 from 0 to 1, by benchmark, language and scoring */
    JobModel scored(Map<String, Double> scores) {
        return new JobModel(folder, provenance.scored(scores), snapshots, steps);
    }
}
