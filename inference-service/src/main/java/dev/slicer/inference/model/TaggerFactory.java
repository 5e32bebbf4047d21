package dev.slicer.inference.model;

import dev.slicer.tagging.Tagger;
import java.nio.file.Path;

/** Loads checkpoints. */
public interface TaggerFactory {
    /** @throws dev.slicer.checkpoint.files.CheckpointException naming the file that is missing or damaged */
    Tagger open(Path checkpoint, String modelId);
}
