package dev.slicer.analysis;

/** Whose attention on themselves is averaged. */
public enum TokenGroup {
    /** Every sub-token that the model reads, {@code [CLS]} and {@code [SEP]} too: attention as the model has it. */
    ALL,
    /** Sub-tokens of words. */
    WORDS,
    /** Sub-tokens of words that are tagged as part of an entity. */
    ENTITIES
}
