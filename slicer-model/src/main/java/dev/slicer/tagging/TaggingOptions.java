package dev.slicer.tagging;

import java.util.Set;

/**
 * How entities are read off a model's scores.
 *
 * @param minScore entities that score less are left out; 0 to 1
 * @param types the entity types that are wanted; empty for all
 * @param subTokenTags whether the tags of all sub-tokens are wanted too
 */
public record TaggingOptions(
        Aggregation aggregation, Decoder decoder, double minScore, Set<String> types, boolean subTokenTags) {

    /** Which of a word's sub-tokens speak for it, as HuggingFace's {@code aggregation_strategy} means it. */
    public enum Aggregation {
        /** The first one, which is what the paper trains. */
        FIRST,
        /** The mean of their probabilities. */
        AVERAGE,
        /** The one that is surest of any label. */
        MAX
    }

    public enum Decoder {
        /** The most probable sequence of labels that is valid IOB2. */
        VITERBI,
        /** Each word's most probable label on its own. */
        GREEDY
    }

    /** @throws IllegalArgumentException naming the option and the values it may have */
    public TaggingOptions {
        if (aggregation == null) {
            throw new IllegalArgumentException("aggregation must be first, average or max");
        }
        if (decoder == null) {
            throw new IllegalArgumentException("decoder must be viterbi or greedy");
        }
        if (!(minScore >= 0 && minScore <= 1)) {
            throw new IllegalArgumentException("minScore must be between 0 and 1, got " + minScore);
        }
        types = Set.copyOf(types);
    }

    /** Without the tags of sub-tokens. */
    public TaggingOptions(Aggregation aggregation, Decoder decoder, double minScore, Set<String> types) {
        this(aggregation, decoder, minScore, types, false);
    }

    /** Valid IOB2 from first sub-tokens; every entity. */
    public static TaggingOptions defaults() {
        return new TaggingOptions(Aggregation.FIRST, Decoder.VITERBI, 0, Set.of());
    }

    /** The same with the tags of all sub-tokens, which come with the same pass. */
    public TaggingOptions withSubTokenTags() {
        return new TaggingOptions(aggregation, decoder, minScore, types, true);
    }
}
