package dev.slicer.text;

import java.util.List;

/**
 * A document with what was found in it.
 *
 * @param words the words that were labelled
 * @param tags valid IOB2 tags, one per word
 */
public record TaggedDocument(Document document, List<Word> words, List<String> tags, List<Entity> entities) {
    public TaggedDocument {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
        entities = List.copyOf(entities);
    }
}
