package dev.slicer.events;

import java.util.List;
import java.util.Optional;

/**
 * A document with the labels that it should get.
 *
 * @param benchmark the corpus it comes from, by which scores are kept apart
 * @param language BCP 47 code
 * @param tags IOB2, one per word
 */
public record LabelledDocument(String id, String benchmark, String language, List<String> words, List<String> tags)
        implements Event {

    public LabelledDocument {
        Require.notBlank("id", id);
        Require.notBlank("benchmark", benchmark);
        Require.language(Optional.of(Require.notBlank("language", language)));
        Require.notEmpty("words", words);
        words = List.copyOf(words);
        words.forEach(word -> Require.notBlank("words", word));
        tags = List.copyOf(Require.present("tags", tags));
        if (words.size() != tags.size()) {
            throw new IllegalArgumentException(
                    "there must be one tag per word, got " + words.size() + " words and " + tags.size() + " tags");
        }
    }

    @Override
    public String key() {
        return id;
    }
}
