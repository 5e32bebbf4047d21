package dev.slicer.events;

/**
 * A document that one checkpoint is to tag, whether it serves or not.
 *
 * @param modelId the checkpoint
 */
public record TrialDocument(String modelId, DocumentEvent document) implements Event {
    public TrialDocument {
        Require.id("modelId", modelId);
        Require.present("document", document);
    }

    @Override
    public String key() {
        return document.id();
    }
}
