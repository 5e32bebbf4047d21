package dev.slicer.tagging;

import dev.slicer.text.TaggedDocument;
import java.util.List;

/**
 * A tagged document and what the model says at each word and each sub-token on its own, which is how others score.
 *
 * @param document its words' tags are valid IOB2, decoded from each word's first sub-token
 * @param greedy for each word the most probable tag at its first sub-token, as IOB2: an {@code I-} that continues nothing
 *     became {@code B-}, which is how seqeval's default mode reads it; a word without sub-tokens is inside of an entity that
 *     goes on behind it, and else {@code O}
 * @param tags for each word the most probable tag at each of its sub-tokens, as IOB2 over the sub-tokens of the whole
 *     document. None for a word without sub-tokens; of a word that is longer than the model's window those that fit into it
 */
public record TaggedSubTokens(TaggedDocument document, List<String> greedy, List<List<String>> tags) {
    public TaggedSubTokens {
        greedy = List.copyOf(greedy);
        tags = tags.stream().map(List::copyOf).toList();
        if (tags.size() != document.words().size()) {
            throw new IllegalArgumentException(document.words().size() + " words but sub-tokens of " + tags.size());
        }
    }
}
