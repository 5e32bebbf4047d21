package dev.slicer.inference.rest;

import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.metrics.InferenceMetrics;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.tagging.Tagging;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.labels.LabelSet;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tags for callers over HTTP: counted, and for no longer than they wait. */
@Singleton
public class RequestTagging {
    private final TaggingPipeline inference;
    private final ServingModel models;
    private final InferenceMetrics metrics;
    private final InferenceConfig config;

    @Inject
    RequestTagging(TaggingPipeline inference, ServingModel models, InferenceMetrics metrics, InferenceConfig config) {
        this.inference = inference;
        this.models = models;
        this.metrics = metrics;
        this.config = config;
    }

    /**
     * What was asked for, until its time is over or the caller goes away: the rest of the work is then not done any more.
     * Reads the texts on the calling thread.
     *
     * @return ends with the answer, or with what the caller is to be told
     * @throws ProblemException where no model serves, the queue is full, or an option or header makes no sense
     */
    public CompletableFuture<Tagging.Answer> tag(
            RoutingContext caller, List<Document> documents, TaggingOptions options) {
        Duration limit = RequestTimeout.of(caller.request(), config.requestTimeout());
        Tagging tagging = start(documents, options, Lane.INTERACTIVE, limit);
        caller.addEndHandler(end -> tagging.cancel());
        return tagging.answer();
    }

    /** As {@link #tag}, for a caller whose going away is seen to elsewhere. */
    public Tagging start(List<Document> documents, TaggingOptions options, Lane lane, Duration limit) {
        checkLabels(options);
        long start = System.nanoTime();
        Tagging tagging = inference.start(documents, options, lane);
        long left = limit.toNanos() - (System.nanoTime() - start);
        CompletableFuture<Tagging.Answer> told = new CompletableFuture<>();
        tagging.answer()
                .copy()
                .orTimeout(Math.max(0, left), TimeUnit.NANOSECONDS)
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        metrics.tagged("rest", answer.documents());
                        metrics.batch("rest", answer.documents().size(), answer.computed());
                        told.complete(answer);
                    } else {
                        tagging.cancel();
                        told.completeExceptionally(problem(failure, limit));
                    }
                });
        return new Tagging() {
            @Override
            public CompletableFuture<Answer> answer() {
                return told;
            }

            @Override
            public void cancel() {
                tagging.cancel();
            }
        };
    }

    /** A label that the model does not have would never be found, and nobody would know why. */
    private void checkLabels(TaggingOptions options) {
        models.current().ifPresent(model -> {
            List<String> types = new LabelSet(model.labels()).types();
            options.types().stream()
                    .filter(type -> !types.contains(type))
                    .findFirst()
                    .ifPresent(type -> {
                        throw new ProblemException(
                                ProblemType.INVALID,
                                "labels: model " + model.modelId() + " knows no " + type + "; it knows "
                                        + String.join(", ", types));
                    });
        });
    }

    private static Throwable problem(Throwable failure, Duration limit) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return new ProblemException(
                    ProblemType.TIMEOUT,
                    "there was no answer within " + limit.toMillis() / 1000.0 + " s; the work is not done any more");
        }
        if (cause instanceof CancellationException) {
            return new ProblemException(ProblemType.UNAVAILABLE, "the caller went away");
        }
        return cause;
    }
}
