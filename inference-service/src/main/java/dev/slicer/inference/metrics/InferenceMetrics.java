package dev.slicer.inference.metrics;

import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.batching.Ticket;
import dev.slicer.inference.stream.DocumentTagger;
import dev.slicer.inference.trial.TrialModel;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.service.LanguageLabels;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Reading;
import dev.slicer.text.TaggedDocument;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** What the service counts and times; {@code source} is {@code rest} or {@code kafka}. */
@Singleton
public class InferenceMetrics {
    private static final String TRIED = "tagged";
    private static final String SKIPPED = "skipped";

    private final MeterRegistry registry;
    private final LanguageLabels languages = new LanguageLabels();
    private final Counter abortedTransactions;
    private final Counter droppedBatches;
    private final Timer commits;
    private volatile BiConsumer<String, List<TaggedDocument>> listener = (source, documents) -> {};

    /** Counters begin at 0 and not with what they first count, so that a rate sees their first rise. */
    @Inject
    public InferenceMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.abortedTransactions = Counter.builder("slicer.stream.transactions.aborted")
                .description("Transactions that were not, or not known to be, committed")
                .register(registry);
        this.droppedBatches = Counter.builder("slicer.stream.batches.dropped")
                .description("Batches that were at hand and given up, to be read again")
                .register(registry);
        this.commits = Timer.builder("slicer.stream.commit")
                .description("Time of a transaction, from its beginning to its commit")
                .register(registry);
        for (DeadLetterReason reason : DeadLetterReason.OF_DOCUMENTS) {
            deadLetters(reason);
        }
        trialDocuments(TRIED);
        trialDocuments(SKIPPED);
    }

    /** Has somebody told of all documents that are tagged from now on. */
    public void onTagged(BiConsumer<String, List<TaggedDocument>> listener) {
        this.listener = listener;
    }

    public void tagged(String source, List<TaggedDocument> documents) {
        listener.accept(source, documents);
        for (TaggedDocument document : documents) {
            String language = languages.of(document.document().language());
            Counter.builder("slicer.documents")
                    .description("Documents tagged")
                    .tag("source", source)
                    .tag("language", language)
                    .register(registry)
                    .increment();
            document.subTokens().ifPresent(read -> {
                Counter.builder("slicer.sub.tokens")
                        .description("Sub-tokens of the words of documents")
                        .tag("language", language)
                        .register(registry)
                        .increment(read.all());
                Counter.builder("slicer.unknown.sub.tokens")
                        .description("Those of them that stand for something that the vocabulary lacks")
                        .tag("language", language)
                        .register(registry)
                        .increment(read.unknown());
            });
        }
        documents.stream()
                .flatMap(document -> document.entities().stream())
                .forEach(entity -> Counter.builder("slicer.entities")
                        .description("Entities found")
                        .tag("source", source)
                        .tag("type", entity.type())
                        .register(registry)
                        .increment());
    }

    public void batch(String source, int documents, Duration tagging) {
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
    public BatchingQueue watch(BatchingQueue queue) {
        for (Lane lane : Lane.values()) {
            Gauge.builder("slicer.queue.tokens", queue, of -> of.queuedTokens(lane))
                    .description("Sub-tokens that wait for the engine")
                    .tag("lane", label(lane))
                    .register(registry);
        }
        return queue;
    }

    /** One forward pass. */
    public void pass(Lane lane, int chunks, int tokens, Duration took) {
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

    /**
     * Work that was answered. What the model computes at once can be of many languages: they share its time by their
     * sub-tokens.
     *
     * @param readings of the documents, one by one
     */
    public void answered(
            Lane lane, List<? extends Reading> readings, List<TaggedDocument> documents, Ticket.Timing timing) {
        Timer.builder("slicer.queue.wait")
                .description("Time from a request's or a batch's submission to its first forward pass")
                .tag("lane", label(lane))
                .register(registry)
                .record(timing.queued());
        int[] tokens = readings.stream()
                .mapToInt(reading ->
                        reading.chunks().stream().mapToInt(Chunk::tokens).sum())
                .toArray();
        int all = IntStream.of(tokens).sum();
        DistributionSummary.builder("slicer.batch.tokens")
                .description("Sub-tokens of a request or a batch")
                .tag("lane", label(lane))
                .register(registry)
                .record(all);
        double secondsPerToken = timing.computed().toNanos() / 1e9 / Math.max(1, all);
        for (int i = 0; i < tokens.length; i++) {
            Counter.builder("slicer.tagging.language.seconds")
                    .description("Time in the model by language")
                    .tag("lane", label(lane))
                    .tag("language", languages.of(documents.get(i).document().language()))
                    .register(registry)
                    .increment(tokens[i] * secondsPerToken);
        }
    }

    /** A batch of the stream of documents that is committed, so for good. */
    public void committed(DocumentTagger.Result result, Duration commit) {
        commits.record(commit);
        List<TaggedDocument> tagged = new ArrayList<>();
        for (DocumentTagger.Outcome outcome : result.outcomes()) {
            if (outcome instanceof DocumentTagger.Tagged answer) {
                tagged.add(answer.document());
            } else if (outcome instanceof DocumentTagger.DeadLetter letter) {
                deadLetters(letter.reason()).increment();
            }
        }
        if (!tagged.isEmpty()) {
            tagged("kafka", tagged);
            batch("kafka", tagged.size(), result.tagging());
        }
    }

    /** A batch of the stream of trials that is committed. */
    public void tried(DocumentTagger.Result result) {
        for (DocumentTagger.Outcome outcome : result.outcomes()) {
            if (outcome instanceof DocumentTagger.Tagged) {
                trialDocuments(TRIED).increment();
            } else if (outcome instanceof DocumentTagger.Skipped) {
                trialDocuments(SKIPPED).increment();
            } else if (outcome instanceof DocumentTagger.DeadLetter letter) {
                deadLetters(letter.reason()).increment();
            }
        }
    }

    /** Shows whether there is a second model in memory. */
    public TrialModel watch(TrialModel trial) {
        Gauge.builder("slicer.trial.model", trial, of -> of.isOpen() ? 1 : 0)
                .description("1 while a model on trial is in memory")
                .register(registry);
        FunctionCounter.builder("slicer.trial.loads.failed", trial, TrialModel::failures)
                .description("Models on trial that could not be opened, or failed on every text")
                .register(registry);
        return trial;
    }

    public void droppedBatches(int count) {
        droppedBatches.increment(count);
    }

    private static String label(Lane lane) {
        return lane.name().toLowerCase(Locale.ROOT);
    }

    public void abortedTransaction() {
        abortedTransactions.increment();
    }

    private Counter trialDocuments(String outcome) {
        return Counter.builder("slicer.trial.documents")
                .description("Documents tagged by a model on trial, or skipped since it could not be opened")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter deadLetters(DeadLetterReason reason) {
        return Counter.builder("slicer.dead.letters")
                .description("Documents that got no entities, by reason")
                .tag("reason", reason.label())
                .register(registry);
    }
}
