package dev.slicer.corpus;

import java.util.List;

/**
 * A labelled corpus.
 *
 * @param name short name for reports: the file's or sample's
 * @param fingerprint {@code sha256:<hex>} over the corpus as read, for a checkpoint's manifest
 */
public record Corpus(String name, List<Sentence> sentences, String fingerprint) {
    public Corpus {
        sentences = List.copyOf(sentences);
    }

    /** Whether there is anything to find in it. */
    public boolean hasEntities() {
        return sentences.stream().anyMatch(sentence -> !sentence.tags().stream().allMatch("O"::equals));
    }
}
