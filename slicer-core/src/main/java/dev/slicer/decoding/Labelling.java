package dev.slicer.decoding;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The labels chosen for a sequence of words.
 *
 * @param tags valid IOB2, one per word
 * @param probabilities the model's probability of each word's chosen label, 0 to 1; not a number for a word that the model
 *     said nothing about
 */
public record Labelling(List<String> tags, double[] probabilities) {
    public Labelling {
        tags = List.copyOf(tags);
        if (tags.size() != probabilities.length) {
            throw new IllegalArgumentException(tags.size() + " tags but " + probabilities.length + " probabilities");
        }
    }

    /** The mean probability of the labels of an entity's words, as far as the model said something about them. */
    double score(Span entity) {
        return Arrays.stream(probabilities, entity.start(), entity.end())
                .filter(probability -> !Double.isNaN(probability))
                .average()
                .orElseThrow();
    }

    /**
     * This labelling with some entities left out: their words are {@code O}, the probabilities stay those of the labels
     * that had been chosen.
     *
     * @param minScore an entity of a lower score is left out
     * @param types an entity of another type is left out; none: all types stay
     */
    public Labelling only(double minScore, Set<String> types) {
        if (minScore <= 0 && types.isEmpty()) {
            return this;
        }
        List<Span> kept = Spans.ofStrictIob2(tags).stream()
                .filter(entity -> types.isEmpty() || types.contains(entity.type()))
                .filter(entity -> score(entity) >= minScore)
                .toList();
        return new Labelling(Spans.toIob2(kept, tags.size()), probabilities);
    }
}
