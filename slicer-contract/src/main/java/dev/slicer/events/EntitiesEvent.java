package dev.slicer.events;

import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.ReadSubTokens;
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
 * @param subTokenTags for each word the tag predicted at each of its sub-tokens, where the document asked for them
 * @param subTokens how many the model read and how many of them its vocabulary lacks
 */
public record EntitiesEvent(
        String documentId,
        Optional<String> language,
        Optional<Boolean> languageDetected,
        String modelId,
        Instant taggedAt,
        List<Entity> entities,
        Optional<List<String>> tags,
        Optional<List<List<String>>> subTokenTags,
        Optional<SubTokenCount> subTokens)
        implements Event {
    /** A mean of probabilities of float precision may come out a trifle over 1. */
    private static final double ROUNDING = 1e-6;

    /**
     * @param all of the document's words, without special ones
     * @param unknown those that stand for something that the vocabulary lacks
     */
    public record SubTokenCount(int all, int unknown) {
        public SubTokenCount {
            if (unknown < 0 || all < unknown) {
                throw new IllegalArgumentException("unknown must be between 0 and all, got " + unknown + " of " + all);
            }
        }
    }

    public EntitiesEvent {
        Require.notBlank("documentId", documentId);
        Require.language(language);
        Require.name("modelId", modelId);
        Require.time("taggedAt", taggedAt);
        entities = Require.all("entities", Require.present("entities", entities));
        for (int i = 0; i < entities.size(); i++) {
            requireSense("entities[" + i + "]", entities.get(i));
        }
        tags = tags.map(words -> Require.tags("tags", words));
        subTokenTags = subTokenTags == null
                ? Optional.empty()
                : subTokenTags.map(words -> Require.all("subTokenTags", words).stream()
                        .map(word -> Require.tags("subTokenTags", word))
                        .toList());
        subTokens = subTokens == null ? Optional.empty() : subTokens;
    }

    private static void requireSense(String field, Entity entity) {
        Require.type(field + ".type", entity.type());
        Require.wellFormed(field + ".text", entity.text());
        if (entity.start() < 0 || entity.end() <= entity.start()) {
            throw new IllegalArgumentException(
                    field + ": offsets must satisfy 0 <= start < end, got " + entity.start() + ".." + entity.end());
        }
        if (entity.startCodePoint() < 0 || entity.endCodePoint() <= entity.startCodePoint()) {
            throw new IllegalArgumentException(field + ": offsets must satisfy 0 <= startCodePoint < endCodePoint, got "
                    + entity.startCodePoint() + ".." + entity.endCodePoint());
        }
        if (!(entity.score() >= 0 && entity.score() <= 1 + ROUNDING)) {
            throw new IllegalArgumentException(field + ".score must be between 0 and 1, got " + entity.score());
        }
    }

    /** Without anything about sub-tokens. */
    public EntitiesEvent(
            String documentId,
            Optional<String> language,
            Optional<Boolean> languageDetected,
            String modelId,
            Instant taggedAt,
            List<Entity> entities,
            Optional<List<String>> tags) {
        this(
                documentId,
                language,
                languageDetected,
                modelId,
                taggedAt,
                entities,
                tags,
                Optional.empty(),
                Optional.empty());
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
                document.words().isEmpty() ? Optional.empty() : Optional.of(tagged.tags()),
                tagged.subTokens()
                        .flatMap(ReadSubTokens::tags)
                        .filter(asked -> !document.words().isEmpty()),
                tagged.subTokens().map(read -> new SubTokenCount(read.all(), read.unknown())));
    }

    @Override
    public String key() {
        return documentId;
    }
}
