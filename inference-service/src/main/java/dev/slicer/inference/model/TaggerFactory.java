package dev.slicer.inference.model;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.tagging.Tagger;

/** Loads checkpoints. */
public interface TaggerFactory {
    /** @throws dev.slicer.checkpoint.files.CheckpointException naming the file that is missing or damaged */
    Tagger open(ModelFiles checkpoint, String modelId);
}
