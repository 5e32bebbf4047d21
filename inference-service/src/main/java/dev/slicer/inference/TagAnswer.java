package dev.slicer.inference;

import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import java.util.List;
import java.util.Optional;

/** Answers of {@code POST /v1/tag}: one for one text, several for a list. */
public sealed interface TagAnswer {

    /**
     * @param tookMilliseconds time spent in the model
     * @param tags IOB2, one per word, where words were sent
     */
    record Single(
            String id,
            Optional<String> language,
            List<Entity> entities,
            Optional<List<String>> tags,
            String modelId,
            double tookMilliseconds)
            implements TagAnswer {}

    /** @param documents in the order of the request */
    record Several(List<Item> documents, String modelId, double tookMilliseconds) implements TagAnswer {}

    /** @param tags IOB2, one per word, where words were sent */
    record Item(String id, Optional<String> language, List<Entity> entities, Optional<List<String>> tags) {
        static Item of(TaggedDocument tagged) {
            return new Item(
                    tagged.document().id(),
                    tagged.document().language(),
                    tagged.entities(),
                    tagged.document().words().isEmpty() ? Optional.empty() : Optional.of(tagged.tags()));
        }
    }
}
