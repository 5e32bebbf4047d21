package dev.slicer.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slicer.text.Document;
import dev.slicer.text.Word;
import java.util.List;
import java.util.Optional;

/**
 * A text to tag.
 *
 * @param text may be empty: nothing is found in it
 * @param language BCP 47 code
 * @param words UTF-16 offsets of the words, in order and apart, where the sender has them; the answer then has a tag for
 *     each
 * @param subTokenTags true asks for the tags of all sub-tokens of the words, for scoring as the paper does
 */
public record DocumentEvent(
        String id,
        String text,
        Optional<String> language,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Word> words,
        Optional<Boolean> subTokenTags)
        implements Event {

    public DocumentEvent {
        Require.notBlank("id", id);
        Require.wellFormed("text", text);
        Require.language(language);
        words = Require.all("words", words);
        subTokenTags = subTokenTags == null ? Optional.empty() : subTokenTags;
        int end = 0;
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            if (word.start() < end) {
                throw new IllegalArgumentException(
                        "words[" + i + "] starts at " + word.start() + ", before the end of the previous word, " + end);
            }
            end = word.end();
            if (end > text.length()) {
                throw new IllegalArgumentException(
                        "words[" + i + "] ends at " + end + ", but the text has " + text.length() + " UTF-16 units");
            }
        }
    }

    public DocumentEvent(String id, String text, Optional<String> language, List<Word> words) {
        this(id, text, language, words, Optional.empty());
    }

    public Document toDocument() {
        return new Document(id, text, language, words);
    }

    @Override
    public String key() {
        return id;
    }
}
