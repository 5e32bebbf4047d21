package dev.slicer.inference.stream;

import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.service.metrics.WatchMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Transactions of the streams, and what they moved to the topic of dead letters. */
@Singleton
public class StreamMetrics {
    private final MeterRegistry registry;
    private final Counter abortedTransactions;
    private final Counter droppedBatches;
    private final Counter droppedDocuments;
    private final Timer commits;

    /** Counters begin at 0 and not with what they first count, so that a rate sees their first rise. */
    @Inject
    public StreamMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.abortedTransactions = Counter.builder("slicer.stream.transactions.aborted")
                .description("Transactions that were not, or not known to be, committed")
                .register(registry);
        this.droppedBatches = Counter.builder("slicer.stream.batches.dropped")
                .description("Batches of which documents were given up before their commit, to be read again")
                .register(registry);
        this.droppedDocuments = Counter.builder("slicer.stream.documents.dropped")
                .description("Documents of these batches that were given up")
                .register(registry);
        this.commits = Timer.builder("slicer.stream.commit")
                .description("Time of a transaction, from its beginning to its commit")
                .register(registry);
        for (DeadLetterReason reason : DeadLetterReason.OF_DOCUMENTS) {
            deadLetters(reason);
        }
    }

    void watch(StreamWatch watch) {
        WatchMetrics.register(watch, registry);
    }

    /** A transaction of users' documents. */
    void committed(Duration commit) {
        commits.record(commit);
    }

    void answered(AnsweredBatch batch) {
        for (Outcome outcome : batch.outcomes()) {
            if (outcome instanceof Outcome.DeadLetter letter) {
                deadLetters(letter.reason()).increment();
            }
        }
    }

    void abortedTransaction() {
        abortedTransactions.increment();
    }

    /** @param documents of one batch that were given up */
    void dropped(int documents) {
        droppedBatches.increment();
        droppedDocuments.increment(documents);
    }

    private Counter deadLetters(DeadLetterReason reason) {
        return Counter.builder("slicer.dead.letters")
                .description("Documents that got no entities, by reason")
                .tag("reason", reason.label())
                .register(registry);
    }
}
