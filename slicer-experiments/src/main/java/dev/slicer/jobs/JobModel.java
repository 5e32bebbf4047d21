package dev.slicer.jobs;

import dev.slicer.training.Snapshot;
import java.nio.file.Path;
import java.util.List;

/**
 * The model that a job made.
 *
 * @param folder in HuggingFace's layout
 * @param snapshots models of the run's earlier steps, oldest first; an average has none
 * @param steps optimiser steps of the run, or of each of the averaged runs
 */
record JobModel(Path folder, Provenance provenance, List<Snapshot> snapshots, int steps) {}
