package dev.slicer.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slicer.labels.TagScheme;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A document with the labels that it should get: words with a tag each, or a text with its entities.
 *
 * @param benchmark the corpus it comes from, by which scores are kept apart
 * @param language BCP 47 code
 * @param text the words are to be found in it in their order; where absent, they are joined to one
 * @param words empty where the labels are {@code entities}
 * @param tags one per word, spelled as corpora have them
 * @param scheme how they say where entities begin; of IOB2 an {@code I-} that continues nothing is then no entity. Absent, tags
 *     are IOB2 or BILOU
 * @param entities of {@code text}; none where there are words
 */
public record LabelledDocument(
        String id,
        String benchmark,
        String language,
        Optional<String> text,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> words,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tags,
        Optional<List<LabelledEntity>> entities,
        Optional<TagScheme> scheme)
        implements Event {

    /**
     * @param start first UTF-16 unit
     * @param end one past the last UTF-16 unit
     */
    public record LabelledEntity(String type, int start, int end) {
        public LabelledEntity {
            Require.type("type", type);
            if (start < 0 || end <= start) {
                throw new IllegalArgumentException(
                        "entity offsets must satisfy 0 <= start < end, got " + start + ".." + end);
            }
        }
    }

    public LabelledDocument {
        Require.notBlank("id", id);
        Require.notBlank("benchmark", benchmark);
        Require.language(Optional.of(Require.notBlank("language", language)));
        text = text == null ? Optional.empty() : text;
        text.ifPresent(given -> Require.notBlank("text", given));
        words = Require.texts("words", words);
        tags = Require.tags("tags", tags);
        entities = entities == null ? Optional.empty() : entities.map(given -> Require.all("entities", given));
        scheme = scheme == null ? Optional.empty() : scheme;
        if (words.size() != tags.size()) {
            throw new IllegalArgumentException(
                    "there must be one tag per word, got " + words.size() + " words and " + tags.size() + " tags");
        }
        if (words.isEmpty() == entities.isEmpty()) {
            throw new IllegalArgumentException(
                    entities.isEmpty()
                            ? "there must be words with tags, or text with entities"
                            : "there are words with tags and entities; one of them says it all");
        }
        if (entities.isPresent()) {
            requireApart(
                    text.orElseThrow(() -> new IllegalArgumentException("there are entities, but text is missing")),
                    entities.get());
        }
    }

    /** Without a word on the scheme. */
    public LabelledDocument(
            String id,
            String benchmark,
            String language,
            Optional<String> text,
            List<String> words,
            List<String> tags,
            Optional<List<LabelledEntity>> entities) {
        this(id, benchmark, language, text, words, tags, entities, Optional.empty());
    }

    /** A document of words alone. */
    public LabelledDocument(String id, String benchmark, String language, List<String> words, List<String> tags) {
        this(id, benchmark, language, Optional.empty(), words, tags, Optional.empty());
    }

    private static void requireApart(String text, List<LabelledEntity> entities) {
        List<LabelledEntity> sorted = entities.stream()
                .sorted(Comparator.comparingInt(LabelledEntity::start))
                .toList();
        int end = 0;
        for (LabelledEntity entity : sorted) {
            if (entity.start() < end) {
                throw new IllegalArgumentException("the entity at " + entity.start() + ".." + entity.end()
                        + " begins before the end of another, " + end);
            }
            end = entity.end();
            if (end > text.length()) {
                throw new IllegalArgumentException("the entity at " + entity.start() + ".." + end
                        + " ends after the text, which has " + text.length() + " UTF-16 units");
            }
        }
    }

    @Override
    public String key() {
        return id;
    }
}
