package dev.slicer.corpus;

/** Opens corpora by reference. */
@FunctionalInterface
public interface CorpusSource {
    /** @throws CorpusException naming the reference, and the line where there is one */
    Corpus open(String reference, CorpusOptions options);
}
