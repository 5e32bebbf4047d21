package dev.slicer.inference.model;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * A checkpoint that could not be loaded; the model that served before it still does.
 *
 * @param kind {@code CORRUPT}, so refused, or {@code UNAVAILABLE}, so tried again
 */
public record FailedLoad(String modelId, String reason, Instant at, Kind kind) implements Load {
    static FailedLoad of(String modelId, Throwable problem, Instant at) {
        return new FailedLoad(modelId, String.valueOf(problem.getMessage()), at, kindOf(problem));
    }

    /**
     * Whether the problem lies in the checkpoint, so that trying again would not help. Too little memory, an error of the
     * virtual machine and everything else that is not known to be the checkpoint's own fault does not lie in it.
     */
    public static Kind kindOf(Throwable problem) {
        boolean isOfMachine = causes(problem).anyMatch(cause -> cause instanceof Error || isOfMemory(cause));
        boolean isOfCheckpoint = causes(problem)
                .anyMatch(cause -> cause instanceof BrokenModelException
                        || cause instanceof CheckpointException found && found.kind() == Kind.CORRUPT);
        return isOfCheckpoint && !isOfMachine ? Kind.CORRUPT : Kind.UNAVAILABLE;
    }

    /** Whether there was too little memory. */
    public static boolean isForWantOfMemory(Throwable problem) {
        return causes(problem).anyMatch(cause -> cause instanceof OutOfMemoryError || isOfMemory(cause));
    }

    /** Whether it says the same as another one, but for its time. */
    boolean repeats(FailedLoad other) {
        return modelId.equals(other.modelId) && reason.equals(other.reason);
    }

    /** The engine's allocators say so in words alone. */
    private static boolean isOfMemory(Throwable cause) {
        return String.valueOf(cause.getMessage()).matches("(?is).*(not enough|out of) memory.*");
    }

    private static Stream<Throwable> causes(Throwable problem) {
        return Stream.iterate(problem, cause -> cause != null, Throwable::getCause);
    }
}
