package dev.slicer.inference.model;

import java.util.Optional;

/**
 * A checkpoint that others speak of.
 *
 * @param digest of its manifest; one with another is not meant. Earlier versions did not say it
 */
public record CheckpointRef(String id, Optional<String> digest) {}
