package dev.slicer.inference.trial;

/** A checkpoint cannot be opened now and may be later; its documents wait. */
final class ModelUnavailableException extends RuntimeException {
    ModelUnavailableException(String modelId, String problem) {
        super("checkpoint " + modelId + " cannot be opened yet: " + problem);
    }
}
