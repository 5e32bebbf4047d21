package dev.slicer.inference.trial;

import java.nio.file.Path;
import java.util.Optional;

/** Memory for one more model on this machine. */
public interface Room {
    /** Why a checkpoint does not fit in beside what is there; empty where it does, or nothing is known of it. */
    Optional<String> lackedBy(Path checkpoint);
}
