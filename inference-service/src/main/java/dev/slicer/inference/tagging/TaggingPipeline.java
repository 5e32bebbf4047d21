package dev.slicer.inference.tagging;

import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.batching.Timing;
import dev.slicer.inference.model.SharedTagger;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TokenizedDocument;
import dev.slicer.text.TaggedDocument;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;

/**
 * From texts to entities: broken into sub-tokens on the caller's thread, queued, computed on the engine's thread, and
 * decoded on one of a pool's.
 */
@Singleton
public class TaggingPipeline {
    private final BatchingQueue queue;
    private final TaggingMetrics metrics;
    private final ExecutorService decoding;

    /** @param decoding where entities are put together, off the engine's thread */
    @Inject
    public TaggingPipeline(BatchingQueue queue, TaggingMetrics metrics, ExecutorService decoding) {
        this.queue = queue;
        this.metrics = metrics;
        this.decoding = decoding;
    }

    /** As {@link #tag(SharedTagger.Lease, List, Lane, String)}, for documents that are no client's. */
    public CompletableFuture<TaggingResult> tag(SharedTagger.Lease lease, List<TaggingRequest> requests, Lane lane) {
        return tag(lease, requests, lane, "");
    }

    /**
     * Tags documents together.
     *
     * @param lease of the model; ended when the model is done with them, or cannot begin
     * @param client who shares the lane with others
     * @return ends on a thread that may be kept busy: with the documents, or with the model's exception. Ending it before,
     *     by {@link CompletableFuture#cancel} or a time limit, takes back what the model has not begun
     * @throws dev.slicer.inference.batching.QueueFullException in the interactive lane
     */
    public CompletableFuture<TaggingResult> tag(
            SharedTagger.Lease lease, List<TaggingRequest> requests, Lane lane, String client) {
        try {
            queue.requireRoom(lane, client);
            Tagger tagger = lease.tagger();
            List<TokenizedDocument> tokenized = requests.stream()
                    .map(request -> tagger.tokenize(request.document(), request.options()))
                    .toList();
            CompletionStage<Timing> computed = queue.submit(tagger, tokenized, lane, client);
            // The last lease closes a model that was exchanged, which is not work for the engine's thread.
            computed.whenCompleteAsync((timing, failure) -> lease.close(), decoding);
            CompletableFuture<TaggingResult> result = computed
                    // Failures too go on to another thread than the engine's.
                    .handleAsync((timing, failure) -> computed, decoding)
                    .thenCompose(ended -> ended)
                    .thenApply(timing -> decode(tagger, tokenized, lane, timing))
                    .toCompletableFuture();
            result.whenComplete((tagged, failure) -> {
                if (failure != null) {
                    queue.takeBack(computed);
                }
            });
            return result;
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    private TaggingResult decode(Tagger tagger, List<TokenizedDocument> tokenized, Lane lane, Timing timing) {
        List<TaggedDocument> documents =
                tokenized.stream().map(TokenizedDocument::decode).toList();
        metrics.computed(lane, tokenized, documents, timing);
        return new TaggingResult(documents, tagger.modelId(), timing.queued(), timing.computed());
    }
}
