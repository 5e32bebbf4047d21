package dev.slicer.metrics;

/** How entity-level F1 is counted. */
public enum Scoring {
    /** Exact type and boundaries, IOB2 read strictly (seqeval {@code mode='strict', scheme=IOB2}), per word: the headline. */
    STRICT_IOB2,
    /** seqeval's default mode, which is conlleval's, per word. */
    CONLLEVAL,
    /** seqeval's default mode over sub-tokens that each carry their word's tag, as in the paper's code. */
    SUB_TOKEN
}
