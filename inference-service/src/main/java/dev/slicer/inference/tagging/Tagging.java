package dev.slicer.inference.tagging;

import dev.slicer.text.TaggedDocument;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Documents that are being tagged. */
public interface Tagging {
    /**
     * Ends on a thread that may be kept busy: with the documents, or with a
     * {@link java.util.concurrent.CompletionException} whose cause is the model's exception or, for what was taken back, a
     * {@link java.util.concurrent.CancellationException}.
     */
    CompletableFuture<Answer> answer();

    /** Takes back what has not begun. */
    void cancel();

    /**
     * @param documents in the order given
     * @param queued time until the model began with them
     * @param computed time from then until the model was done with the last of them
     */
    record Answer(List<TaggedDocument> documents, String modelId, Duration queued, Duration computed) {}
}
