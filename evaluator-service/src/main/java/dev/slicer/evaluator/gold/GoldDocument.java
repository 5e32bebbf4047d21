package dev.slicer.evaluator.gold;

import dev.slicer.events.DocumentEvent;
import dev.slicer.text.Word;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A labelled document that can be scored against.
 *
 * @param documentId the id under which it is published to be tagged
 * @param words where they are in the text
 * @param tags IOB2, one per word; to strict scoring an {@code I-} that continues nothing is no entity
 * @param raw whether it is published without its words, as users' documents are
 */
public record GoldDocument(
        String documentId,
        String benchmark,
        String language,
        String text,
        List<Word> words,
        List<String> tags,
        boolean raw) {
    /**
     * Marks what the evaluator publishes, so that it need not keep the answers to users' documents until it knows
     * that no gold belongs to them.
     */
    public static final String ID_PREFIX = "evaluation/";

    private static final byte[] ID_PREFIX_BYTES = ID_PREFIX.getBytes(StandardCharsets.UTF_8);

    public GoldDocument {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
    }

    /** Whether a record's key is the id of such a document, as a request to forget it has. */
    public static boolean isId(byte[] key) {
        return key != null
                && key.length > ID_PREFIX_BYTES.length
                && Arrays.equals(key, 0, ID_PREFIX_BYTES.length, ID_PREFIX_BYTES, 0, ID_PREFIX_BYTES.length);
    }

    /** What is to be tagged; asks for the tags of sub-tokens where it gives the words. */
    public DocumentEvent question() {
        return raw
                ? new DocumentEvent(documentId, text, Optional.of(language), List.of())
                : new DocumentEvent(documentId, text, Optional.of(language), words, Optional.of(true));
    }
}
