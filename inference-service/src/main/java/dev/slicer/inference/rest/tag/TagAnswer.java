package dev.slicer.inference.rest.tag;

import dev.slicer.inference.tagging.TaggingResult;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Answers of {@code POST /v1/tag}: one for one text, several for a list. */
public sealed interface TagAnswer {

    /**
     * @param language as it was sent, else as the text makes it clear
     * @param languageDetected true where it was not sent
     * @param tags IOB2, one per word, where words were sent
     */
    @Schema(requiredProperties = {"id", "entities", "modelId", "timing"})
    record Single(
            String id,
            Optional<String> language,
            Optional<Boolean> languageDetected,
            List<Entity> entities,
            Optional<List<String>> tags,
            String modelId,
            Timing timing)
            implements TagAnswer {}

    /** @param documents in the order of the request */
    @Schema(requiredProperties = {"documents", "modelId", "timing"})
    record Several(List<Item> documents, String modelId, Timing timing) implements TagAnswer {}

    /**
     * @param language as it was sent, else as the text makes it clear
     * @param languageDetected true where it was not sent
     * @param tags IOB2, one per word, where words were sent
     */
    @Schema(requiredProperties = {"id", "entities"})
    record Item(
            String id,
            Optional<String> language,
            Optional<Boolean> languageDetected,
            List<Entity> entities,
            Optional<List<String>> tags) {
        private static Item of(TaggedDocument tagged) {
            return new Item(
                    tagged.document().id(),
                    tagged.language(),
                    tagged.isLanguageDetected() ? Optional.of(true) : Optional.empty(),
                    tagged.entities(),
                    tagged.document().words().isEmpty() ? Optional.empty() : Optional.of(tagged.tags()));
        }
    }

    /**
     * @param queuedMilliseconds until the model began with the request
     * @param taggingMilliseconds from then until it was done, other requests in the same batches included
     */
    @Schema(requiredProperties = {"queuedMilliseconds", "taggingMilliseconds"})
    record Timing(double queuedMilliseconds, double taggingMilliseconds) {
        private static Timing of(TaggingResult answer) {
            return new Timing(milliseconds(answer.queued()), milliseconds(answer.computed()));
        }

        private static double milliseconds(Duration time) {
            return Math.round(time.toNanos() / 1e3) / 1e3;
        }
    }

    static Single single(TaggingResult answer) {
        Item only = Item.of(answer.documents().get(0));
        return new Single(
                only.id(),
                only.language(),
                only.languageDetected(),
                only.entities(),
                only.tags(),
                answer.modelId(),
                Timing.of(answer));
    }

    static Several several(TaggingResult answer) {
        return new Several(answer.documents().stream().map(Item::of).toList(), answer.modelId(), Timing.of(answer));
    }
}
