package dev.slicer.corpus;

import java.util.List;

/** A labelled sentence: words and as many IOB2 tags, among which an {@code I-} that continues nothing is no entity. */
public record Sentence(List<String> words, List<String> tags) {
    public Sentence {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
        if (words.isEmpty() || words.size() != tags.size()) {
            throw new IllegalArgumentException(
                    "a sentence needs words and one tag each, got " + words.size() + " and " + tags.size());
        }
    }
}
