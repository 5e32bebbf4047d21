package dev.slicer.evaluator.gold;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.labels.WordSpans;
import dev.slicer.text.Entity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a model found in a labelled document, brought to its words.
 *
 * @param entities over the words, tags read as strict IOB2; none twice
 * @param subTokenTags for each word the tag predicted at each of its sub-tokens
 */
public record Answer(String modelId, List<Span> entities, Optional<List<List<String>>> subTokenTags) {
    /** Why an answer cannot be scored. */
    public enum Problem {
        /** More or fewer tags than there are words. */
        OTHER_LENGTH,
        /** A tag that is none. */
        UNREADABLE,
        /** An entity outside of the text's words: the answer is to another text. */
        NOT_ALIGNED
    }

    public static final class UnscorableException extends Exception {
        private static final long serialVersionUID = 1;

        private final Problem problem;

        private UnscorableException(Problem problem, String message) {
            super(message);
            this.problem = problem;
        }

        public Problem problem() {
            return problem;
        }
    }

    /** @throws UnscorableException where it does not belong to this text and these words */
    public static Answer of(EntitiesEvent event, GoldDocument gold) throws UnscorableException {
        if (event.subTokenTags().isPresent()) {
            requireLength(event.subTokenTags().get().size(), gold);
            for (List<String> word : event.subTokenTags().get()) {
                requireTags(word);
            }
        }
        if (event.tags().isEmpty()) {
            List<Span> entities = ofOffsets(event.entities(), gold);
            return new Answer(event.modelId(), entities, event.subTokenTags());
        }
        List<String> tags = event.tags().get();
        requireLength(tags.size(), gold);
        requireTags(tags);
        return new Answer(event.modelId(), Spans.ofStrictIob2(tags), event.subTokenTags());
    }

    private static void requireLength(int words, GoldDocument gold) throws UnscorableException {
        if (words != gold.words().size()) {
            throw new UnscorableException(
                    Problem.OTHER_LENGTH,
                    "tags of " + words + " words for " + gold.words().size());
        }
    }

    private static void requireTags(List<String> tags) throws UnscorableException {
        for (String tag : tags) {
            if (!GoldRules.isTag(tag)) {
                throw new UnscorableException(Problem.UNREADABLE, "a tag is neither O nor B-TYPE nor I-TYPE");
            }
        }
    }

    /** Two entities that lie in one word, as {@code New-York}'s might, become the same and count once. */
    private static List<Span> ofOffsets(List<Entity> found, GoldDocument gold) throws UnscorableException {
        Set<Span> spans = new LinkedHashSet<>();
        for (Entity entity : found) {
            Optional<Span> span = entity.end() > gold.text().length()
                    ? Optional.empty()
                    : WordSpans.covering(gold.words(), entity.type(), entity.start(), entity.end());
            spans.add(span.orElseThrow(() -> new UnscorableException(
                    Problem.NOT_ALIGNED,
                    "its entity at " + entity.start() + ".." + entity.end() + " is at no word of the text")));
        }
        return new ArrayList<>(spans);
    }
}
