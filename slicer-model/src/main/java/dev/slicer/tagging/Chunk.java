package dev.slicer.tagging;

/** As much of a document as the model reads at once. */
public interface Chunk {
    /** Sub-tokens, special ones included. */
    int tokens();
}
