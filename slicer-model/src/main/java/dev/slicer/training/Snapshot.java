package dev.slicer.training;

import java.nio.file.Path;

/**
 * A model that a run kept on its way.
 *
 * @param step optimiser steps that it has seen
 * @param folder in HuggingFace's layout
 */
public record Snapshot(int step, Path folder) {}
