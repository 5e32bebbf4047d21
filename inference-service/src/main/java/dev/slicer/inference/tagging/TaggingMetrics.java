package dev.slicer.inference.tagging;

import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.batching.Timing;
import dev.slicer.service.LanguageLabels;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Reading;
import dev.slicer.text.TaggedDocument;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Documents and entities by source and language, and the model's time. */
@Singleton
public class TaggingMetrics {
    private final MeterRegistry registry;
    private final LanguageLabels languages = new LanguageLabels();

    @Inject
    public TaggingMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Documents that were answered.
     *
     * @param computed time spent in the model, together
     */
    public void answered(Source source, List<TaggedDocument> documents, Duration computed) {
        for (TaggedDocument document : documents) {
            answered(source, document);
        }
        DistributionSummary.builder("slicer.batch.documents")
                .description("Documents tagged in one call of the model")
                .tag("source", source.label())
                .register(registry)
                .record(documents.size());
        Timer.builder("slicer.tagging")
                .description("Time of one call of the model")
                .tag("source", source.label())
                .register(registry)
                .record(computed);
    }

    private void answered(Source source, TaggedDocument document) {
        String language = languages.of(document.document().language());
        Counter.builder("slicer.documents")
                .description("Documents tagged")
                .tag("source", source.label())
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
        document.entities()
                .forEach(entity -> Counter.builder("slicer.entities")
                        .description("Entities found")
                        .tag("source", source.label())
                        .tag("type", entity.type())
                        .register(registry)
                        .increment());
    }

    /**
     * Work that the model has done. What it computes at once can be of many languages: they share its time by their
     * sub-tokens.
     *
     * @param readings of the documents, one by one
     */
    void computed(Lane lane, List<Reading> readings, List<TaggedDocument> documents, Timing timing) {
        Timer.builder("slicer.queue.wait")
                .description("Time from a request's or a batch's submission to its first forward pass")
                .tag("lane", lane.label())
                .register(registry)
                .record(timing.queued());
        int[] tokens = readings.stream()
                .mapToInt(reading ->
                        reading.chunks().stream().mapToInt(Chunk::tokens).sum())
                .toArray();
        int all = IntStream.of(tokens).sum();
        DistributionSummary.builder("slicer.batch.tokens")
                .description("Sub-tokens of a request or a batch")
                .tag("lane", lane.label())
                .register(registry)
                .record(all);
        double secondsPerToken = timing.computed().toNanos() / 1e9 / Math.max(1, all);
        for (int i = 0; i < tokens.length; i++) {
            Counter.builder("slicer.tagging.language.seconds")
                    .description("Time in the model by language")
                    .tag("lane", lane.label())
                    .tag("language", languages.of(documents.get(i).document().language()))
                    .register(registry)
                    .increment(tokens[i] * secondsPerToken);
        }
    }
}
