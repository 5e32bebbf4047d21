package dev.slicer.events;

import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was found in a document.
 *
 * @param language the document's, or the one that was detected
 * @param languageDetected true where the document did not say its language
 * @param modelId the checkpoint that found it
 * @param tags valid IOB2 tags, one per word, where the document came with words
 */
public record EntitiesEvent(
        String documentId,
        Optional<String> language,
        Optional<Boolean> languageDetected,
        String modelId,
        Instant taggedAt,
        List<Entity> entities,
        Optional<List<String>> tags)
        implements Event {

    public EntitiesEvent {
        Require.notBlank("documentId", documentId);
        Require.language(language);
        Require.notBlank("modelId", modelId);
        Require.present("taggedAt", taggedAt);
        entities = List.copyOf(Require.present("entities", entities));
        tags = tags.map(List::copyOf);
    }

    public static EntitiesEvent of(TaggedDocument tagged, String modelId, Instant taggedAt) {
        Document document = tagged.document();
        return new EntitiesEvent(
                document.id(),
                tagged.language(),
                Optional.of(true).filter(detected -> tagged.isLanguageDetected()),
                modelId,
                taggedAt,
                tagged.entities(),
                document.words().isEmpty() ? Optional.empty() : Optional.of(tagged.tags()));
    }

    @Override
    public String key() {
        return documentId;
    }
}
