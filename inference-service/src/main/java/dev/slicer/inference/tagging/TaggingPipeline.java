package dev.slicer.inference.tagging;

import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.batching.QueueFullException;
import dev.slicer.inference.batching.Ticket;
import dev.slicer.inference.metrics.InferenceMetrics;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.SharedTagger;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import dev.slicer.tagging.Reading;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** The way to the model that serves, for requests and stream alike. */
@Singleton
public class TaggingPipeline {
    private static final Duration NO_MODEL_RETRY = Duration.ofSeconds(5);

    private final ServingModel models;
    private final BatchingQueue queue;
    private final InferenceMetrics metrics;
    private final ExecutorService decoding;

    /** @param decoding where entities are put together, off the engine's thread */
    @Inject
    public TaggingPipeline(
            ServingModel models, BatchingQueue queue, InferenceMetrics metrics, ExecutorService decoding) {
        this.models = models;
        this.queue = queue;
        this.metrics = metrics;
        this.decoding = decoding;
    }

    /** A document and what is wanted of it. */
    public record Asked(Document document, TaggingOptions options) {}

    /**
     * Breaks the texts into sub-tokens on the calling thread and queues them for the model that serves now, which stays
     * open until they are done.
     *
     * @throws ProblemException {@link ProblemType#NO_MODEL}; {@link ProblemType#QUEUE_FULL}, in the interactive lane
     */
    public Tagging start(List<Document> documents, TaggingOptions options, Lane lane) {
        return start(
                documents.stream().map(document -> new Asked(document, options)).toList(), lane);
    }

    /** As {@link #start(List, TaggingOptions, Lane)}, with options for each document. */
    public Tagging start(List<Asked> documents, Lane lane) {
        return start(models.lease().orElseThrow(TaggingPipeline::noModel), documents, lane);
    }

    /**
     * As {@link #start(List, Lane)}, for one model.
     *
     * @param lease is ended when they are done, or cannot be begun
     */
    public Tagging start(SharedTagger.Lease lease, List<Asked> documents, Lane lane) {
        try {
            queue.requireRoom(lane);
            Tagger tagger = lease.tagger();
            List<Reading> readings = documents.stream()
                    .map(asked -> tagger.read(asked.document(), asked.options()))
                    .toList();
            Ticket ticket = queue.submit(tagger, readings, lane);
            CompletableFuture<Tagging.Answer> answer = ticket.done()
                    // Failures too go on to another thread than the engine's.
                    .handleAsync((timing, failure) -> ticket.done(), decoding)
                    .thenCompose(done -> done)
                    .thenApply(timing -> answer(tagger, readings, lane, timing));
            // The last one out closes a model that was exchanged: not work for the engine's thread.
            ticket.done().whenCompleteAsync((timing, failure) -> lease.close(), decoding);
            return new Tagging() {
                @Override
                public CompletableFuture<Answer> answer() {
                    return answer;
                }

                @Override
                public void cancel() {
                    ticket.cancel();
                }
            };
        } catch (QueueFullException e) {
            lease.close();
            throw new ProblemException(ProblemType.QUEUE_FULL, e.getMessage(), e.retryAfter());
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private Tagging.Answer answer(Tagger tagger, List<Reading> readings, Lane lane, Ticket.Timing timing) {
        List<TaggedDocument> documents = readings.stream().map(Reading::decode).toList();
        metrics.answered(lane, readings, documents, timing);
        return new Tagging.Answer(documents, tagger.modelId(), timing.queued(), timing.computed());
    }

    public static ProblemException noModel() {
        return new ProblemException(
                ProblemType.NO_MODEL,
                "no checkpoint is promoted or loaded yet; GET /v1/models tells when one is",
                NO_MODEL_RETRY);
    }
}
