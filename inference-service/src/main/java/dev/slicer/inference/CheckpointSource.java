package dev.slicer.inference;

import java.nio.file.Path;

/** Where announced checkpoints are fetched from. */
interface CheckpointSource {
    /**
     * The checkpoint's folder on this machine, each file checked against the manifest.
     *
     * @throws dev.slicer.checkpoint.CheckpointException naming the file that is missing or damaged
     */
    Path fetch(String checkpointId);
}
