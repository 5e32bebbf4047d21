package dev.slicer.inference;

import dev.slicer.batching.BatchingQueue;
import dev.slicer.batching.Lane;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.text.TaggedDocument;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** What the service counts and times; {@code source} is {@code rest} or {@code kafka}. */
@Singleton
class InferenceMetrics {
    private final MeterRegistry registry;
    private final Counter abortedTransactions;
    private volatile BiConsumer<String, List<TaggedDocument>> listener = (source, documents) -> {};

    /** Counters begin at 0 and not with what they first count, so that a rate sees their first rise. */
    @Inject
    InferenceMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.abortedTransactions = Counter.builder("slicer.stream.transactions.aborted")
                .description("Batches that were dropped, to be tagged again")
                .register(registry);
        for (DeadLetterReason reason : DeadLetterReason.OF_DOCUMENTS) {
            deadLetters(reason);
        }
    }

    /** Has somebody told of all documents that are tagged from now on. */
    void onTagged(BiConsumer<String, List<TaggedDocument>> listener) {
        this.listener = listener;
    }

    void tagged(String source, List<TaggedDocument> documents) {
        listener.accept(source, documents);
        registry.counter("slicer.documents", "source", source).increment(documents.size());
        documents.stream()
                .flatMap(document -> document.entities().stream())
                .forEach(entity -> registry.counter("slicer.entities", "source", source, "type", entity.type())
                        .increment());
    }

    void batch(String source, int documents, Duration tagging) {
        DistributionSummary.builder("slicer.batch.documents")
                .description("Documents tagged in one call of the model")
                .tag("source", source)
                .register(registry)
                .record(documents);
        Timer.builder("slicer.tagging")
                .description("Time of one call of the model")
                .tag("source", source)
                .register(registry)
                .record(tagging);
    }

    /** Shows what waits in the queue. */
    BatchingQueue watch(BatchingQueue queue) {
        for (Lane lane : Lane.values()) {
            Gauge.builder("slicer.queue.tokens", queue, of -> of.queuedTokens(lane))
                    .description("Sub-tokens that wait for the engine")
                    .tag("lane", label(lane))
                    .register(registry);
        }
        return queue;
    }

    /** One forward pass. */
    void pass(Lane lane, int chunks, int tokens, Duration took) {
        DistributionSummary.builder("slicer.pass.chunks")
                .description("Windows of documents in one forward pass")
                .tag("lane", label(lane))
                .register(registry)
                .record(chunks);
        DistributionSummary.builder("slicer.pass.tokens")
                .description("Sub-tokens in one forward pass")
                .tag("lane", label(lane))
                .register(registry)
                .record(tokens);
        Timer.builder("slicer.pass")
                .description("Time of one forward pass")
                .tag("lane", label(lane))
                .register(registry)
                .record(took);
    }

    /** How long work of a lane waited for the engine. */
    void queued(Lane lane, Duration waited) {
        Timer.builder("slicer.queue.wait")
                .description("Time from a request's or a batch's submission to its first forward pass")
                .tag("lane", label(lane))
                .register(registry)
                .record(waited);
    }

    private static String label(Lane lane) {
        return lane.name().toLowerCase(Locale.ROOT);
    }

    void deadLetter(DeadLetterReason reason) {
        deadLetters(reason).increment();
    }

    void abortedTransaction() {
        abortedTransactions.increment();
    }

    private Counter deadLetters(DeadLetterReason reason) {
        return Counter.builder("slicer.dead.letters")
                .description("Documents that got no entities, by reason")
                .tag("reason", reason.label())
                .register(registry);
    }
}
