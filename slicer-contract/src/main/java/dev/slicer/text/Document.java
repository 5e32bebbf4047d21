package dev.slicer.text;

import java.util.List;
import java.util.Optional;

/**
 * A text to tag.
 *
 * @param words the words, in order and not overlapping, where the sender has them already (a tokenized corpus); empty
 *     to have them found by the rules of its script
 * @param language BCP 47 code where known
 */
public record Document(String id, String text, Optional<String> language, List<Word> words) {
    public Document {
        words = List.copyOf(words);
    }

    public static Document of(String id, String text) {
        return new Document(id, text, Optional.empty(), List.of());
    }
}
