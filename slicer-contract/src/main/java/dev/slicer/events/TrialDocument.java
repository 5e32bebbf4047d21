package dev.slicer.events;

import java.util.Optional;

/**
 * A document that one checkpoint is to tag, whether it serves or not.
 *
 * @param modelId the checkpoint
 * @param digest of the checkpoint's manifest: one with another is not asked; earlier versions did not say it
 */
public record TrialDocument(String modelId, DocumentEvent document, Optional<String> digest) implements Event {
    public TrialDocument {
        Require.id("modelId", modelId);
        Require.present("document", document);
        digest = digest == null ? Optional.empty() : digest;
        digest.ifPresent(value -> Require.digest("digest", value));
    }

    /** Of whatever checkpoint has that id. */
    public TrialDocument(String modelId, DocumentEvent document) {
        this(modelId, document, Optional.empty());
    }

    @Override
    public String key() {
        return document.id();
    }
}
