package dev.slicer.inference;

import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import java.util.List;
import java.util.stream.Stream;

/** Texts that a model must be able to tag. */
final class WarmUp {
    private static final String SENTENCE = "Wangari Maathai alizaliwa Nyeri, Kenya. ";
    static final List<Document> DOCUMENTS = Stream.of(1, 8, 32)
            .map(times -> Document.of("warm-up-" + times, SENTENCE.repeat(times)))
            .toList();

    private WarmUp() {}

    /** Runs short, middling and long texts, so that no user's request pays for first use. */
    static void run(Tagger tagger) {
        int answers = tagger.tag(DOCUMENTS).size();
        if (answers != DOCUMENTS.size()) {
            throw new IllegalStateException("the model answered " + answers + " of " + DOCUMENTS.size() + " documents");
        }
    }
}
