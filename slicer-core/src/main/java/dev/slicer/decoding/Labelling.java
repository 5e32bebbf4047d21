package dev.slicer.decoding;

import java.util.List;

/**
 * The labels chosen for a sequence of words.
 *
 * @param tags valid IOB2, one per word
 * @param probabilities the model's probability of each word's chosen label, 0 to 1
 */
public record Labelling(List<String> tags, double[] probabilities) {
    public Labelling {
        tags = List.copyOf(tags);
        if (tags.size() != probabilities.length) {
            throw new IllegalArgumentException(tags.size() + " tags but " + probabilities.length + " probabilities");
        }
    }
}
