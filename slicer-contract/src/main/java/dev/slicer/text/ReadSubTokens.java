package dev.slicer.text;

import java.util.List;
import java.util.Optional;

/**
 * What a model read of a document: the sub-tokens of its words, without special ones.
 *
 * @param all how many
 * @param unknown how many of them stand for something that the vocabulary lacks
 * @param tags where they were asked for, for each word the most probable tag at each of its sub-tokens, as IOB2 over the
 *     sub-tokens of the whole document. None for a word without sub-tokens; of a word that is longer than the model's window
 *     those that fit into it
 */
public record ReadSubTokens(int all, int unknown, Optional<List<List<String>>> tags) {
    public ReadSubTokens {
        tags = tags.map(words -> words.stream().map(List::copyOf).toList());
    }
}
