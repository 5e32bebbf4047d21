package dev.slicer.inference;

import dev.slicer.tagging.Tagger;
import java.nio.file.Path;

/** Loads checkpoints. */
interface TaggerFactory {
    /** @throws dev.slicer.checkpoint.CheckpointException naming the file that is missing or damaged */
    Tagger open(Path checkpoint, String modelId);
}
