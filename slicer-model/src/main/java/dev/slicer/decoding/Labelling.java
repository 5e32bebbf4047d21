package dev.slicer.decoding;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The labels chosen for a sequence of words.
 *
 * @param tags valid IOB2, one per word
 * @param probabilities the model's probability of each word's chosen label, 0 to 1; not a number for a word that has
 *     no say in an entity's score, as one that the model said nothing about
 */
public record Labelling(List<String> tags, double[] probabilities) {
    public Labelling {
        tags = List.copyOf(tags);
        if (tags.size() != probabilities.length) {
            throw new IllegalArgumentException(tags.size() + " tags but " + probabilities.length + " probabilities");
        }
    }

    /** The mean probability of the labels of an entity's words, as far as the model said something about them, 0 to 1. */
    double score(Span entity) {
        return Arrays.stream(probabilities, entity.start(), entity.end())
                .filter(probability -> !Double.isNaN(probability))
                // In float precision a softmax may come out a trifle over 1, which no reader of a score expects.
                .map(probability -> Math.min(probability, 1))
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

    /**
     * This labelling with names joined that initials begin: an entity of initials alone and the next one are one, where they are
     * of one type and nothing but initials is between. Models that learnt names with initials in one script often begin another
     * name behind each in others, or leave one out.
     *
     * @param isInitial whether the word of an index is an initial
     */
    public Labelling withInitialsJoined(IntPredicate isInitial) {
        List<String> joined = new ArrayList<>(tags);
        double[] known = probabilities.clone();
        Optional<Span> initials = Optional.empty();
        for (Span entity : Spans.ofStrictIob2(tags)) {
            Optional<Span> begun = initials.filter(before -> before.type().equals(entity.type())
                    && IntStream.range(before.end(), entity.start()).allMatch(isInitial));
            if (begun.isPresent()) {
                int end = begun.get().end();
                Collections.fill(joined.subList(end, entity.start() + 1), "I-" + entity.type());
                // Of these the model said that they are outside.
                Arrays.fill(known, end, entity.start(), Double.NaN);
            }
            initials = Optional.of(entity)
                    .filter(name -> IntStream.range(name.start(), name.end()).allMatch(isInitial));
        }
        return new Labelling(joined, known);
    }
}
