package dev.slicer.inference.rest;

import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.batching.QueueFullException;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.live.AnsweredDocuments;
import dev.slicer.inference.model.LoadedModel;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.tagging.Source;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.inference.tagging.TaggingRequest;
import dev.slicer.inference.tagging.TaggingResult;
import dev.slicer.labels.LabelSet;
import dev.slicer.service.edge.Client;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tags for callers over HTTP: counted, and for no longer than they wait. */
@Singleton
public class RequestTagging {
    private static final Duration NO_MODEL_RETRY = Duration.ofSeconds(5);

    private final TaggingPipeline pipeline;
    private final ServingModel model;
    private final AnsweredDocuments answered;
    private final InferenceConfig config;

    @Inject
    RequestTagging(TaggingPipeline pipeline, ServingModel model, AnsweredDocuments answered, InferenceConfig config) {
        this.pipeline = pipeline;
        this.model = model;
        this.answered = answered;
        this.config = config;
    }

    /**
     * What was asked for, until its time is over or the caller goes away: the rest of the work is then not done any more.
     * Reads the texts on the calling thread.
     *
     * @return ends with the documents, or with what the caller is to be told
     * @throws ProblemException where no model serves, the queue is full, or an option or header makes no sense
     */
    public CompletableFuture<TaggingResult> tag(
            RoutingContext caller, List<Document> documents, TaggingOptions options) {
        Duration limit = RequestTimeout.of(caller.request(), config.requestTimeout());
        CompletableFuture<TaggingResult> told = tag(documents, options, Lane.INTERACTIVE, limit, Client.of(caller));
        caller.addEndHandler(end -> giveUp(told));
        if (caller.response().closed()) {
            // While the texts were read; of that nothing tells any more.
            giveUp(told);
        }
        return told;
    }

    private static void giveUp(CompletableFuture<TaggingResult> told) {
        if (!told.isDone()) {
            told.completeExceptionally(new ProblemException(ProblemType.UNAVAILABLE, "the caller went away"));
        }
    }

    /** As {@link #tag(RoutingContext, List, TaggingOptions)}, for a caller who ends the future when it goes away. */
    public CompletableFuture<TaggingResult> tag(
            List<Document> documents, TaggingOptions options, Lane lane, Duration limit, Client client) {
        LoadedModel serving = serving();
        checkLabels(options, serving);
        long start = System.nanoTime();
        CompletableFuture<TaggingResult> tagged = begin(documents, options, lane, client);
        long left = limit.toNanos() - (System.nanoTime() - start);
        CompletableFuture<TaggingResult> told = new CompletableFuture<>();
        tagged.copy()
                .orTimeout(Math.max(0, left), TimeUnit.NANOSECONDS)
                .thenApply(this::counted)
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        told.complete(result);
                    } else {
                        // First, so that a caller who is told does not find the work still waiting.
                        tagged.cancel(false);
                        told.completeExceptionally(problem(failure, limit));
                    }
                });
        told.whenComplete((result, failure) -> tagged.cancel(false));
        return told;
    }

    private TaggingResult counted(TaggingResult result) {
        answered.add(Source.REST, result.documents(), result.computed());
        return result;
    }

    /** @throws ProblemException where no model serves yet */
    public LoadedModel serving() {
        return model.current().orElseThrow(RequestTagging::noModel);
    }

    private CompletableFuture<TaggingResult> begin(
            List<Document> documents, TaggingOptions options, Lane lane, Client client) {
        List<TaggingRequest> requests = documents.stream()
                .map(document -> new TaggingRequest(document, options))
                .toList();
        try {
            return pipeline.tag(model.lease().orElseThrow(RequestTagging::noModel), requests, lane, client.name());
        } catch (QueueFullException e) {
            throw new ProblemException(ProblemType.QUEUE_FULL, e.getMessage(), e.retryAfter());
        }
    }

    private static ProblemException noModel() {
        return new ProblemException(
                ProblemType.NO_MODEL,
                "no checkpoint is promoted or loaded yet; GET /v1/models tells when one is",
                NO_MODEL_RETRY);
    }

    /** A label that the model does not have would never be found, without a word of why. */
    private static void checkLabels(TaggingOptions options, LoadedModel serving) {
        List<String> types = new LabelSet(serving.labels()).types();
        if (!types.containsAll(options.types())) {
            throw new ProblemException(
                    ProblemType.INVALID,
                    "labels: model " + serving.modelId() + " knows not all of them; it knows "
                            + String.join(", ", types));
        }
    }

    private static Throwable problem(Throwable failure, Duration limit) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? new ProblemException(
                        ProblemType.TIMEOUT,
                        "there was no answer within " + limit.toMillis() / 1000.0 + " s; the work is not done any more")
                : cause;
    }
}
