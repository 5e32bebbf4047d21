package dev.slicer.text;

import java.util.List;
import java.util.Optional;

/**
 * A document with what was found in it.
 *
 * @param words the words that were labelled
 * @param tags valid IOB2 tags, one per word
 * @param detectedLanguage code of the language that the text is in, where the document did not say and the text made it clear
 * @param subTokens what the model read; empty where it does not tell
 */
public record TaggedDocument(
        Document document,
        List<Word> words,
        List<String> tags,
        List<Entity> entities,
        Optional<String> detectedLanguage,
        Optional<ReadSubTokens> subTokens) {
    public TaggedDocument {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
        entities = List.copyOf(entities);
    }

    public TaggedDocument(Document document, List<Word> words, List<String> tags, List<Entity> entities) {
        this(document, words, tags, entities, Optional.empty(), Optional.empty());
    }

    /** The language that the document says, else the detected one. */
    public Optional<String> language() {
        return document.language().or(() -> detectedLanguage);
    }

    public boolean isLanguageDetected() {
        return document.language().isEmpty() && detectedLanguage.isPresent();
    }
}
