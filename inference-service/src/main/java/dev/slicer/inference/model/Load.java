package dev.slicer.inference.model;

/** What came of a checkpoint that was to serve. */
public sealed interface Load permits LoadedModel, FailedLoad {
    String modelId();
}
