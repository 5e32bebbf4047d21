package dev.slicer.inference;

import dev.slicer.service.DeadLetterReason;
import dev.slicer.text.TaggedDocument;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** What the service counts and times; {@code source} is {@code rest} or {@code kafka}. */
@Singleton
class InferenceMetrics {
    private final MeterRegistry registry;
    private final Counter abortedTransactions;

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

    void tagged(String source, List<TaggedDocument> documents) {
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
