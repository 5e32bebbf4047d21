package dev.slicer.inference.stream;

import dev.slicer.inference.live.AnsweredDocuments;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.SharedTagger.Lease;
import dev.slicer.inference.tagging.Source;
import dev.slicer.text.TaggedDocument;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Everybody's documents, for the model that serves. */
public final class ServedDocuments implements DocumentWork {
    private final DocumentReader reader;
    private final DocumentTagger tagger;
    private final ServingModel model;
    private final AnsweredDocuments answered;
    private final StreamMetrics metrics;

    public ServedDocuments(
            DocumentReader reader,
            DocumentTagger tagger,
            ServingModel model,
            AnsweredDocuments answered,
            StreamMetrics metrics) {
        this.reader = reader;
        this.tagger = tagger;
        this.model = model;
        this.answered = answered;
        this.metrics = metrics;
    }

    /** Not even a member of the group before there is a model, so that instances that have one get all partitions. */
    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return model.awaitFirst(timeout);
    }

    @Override
    public AnsweredBatch answer(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        List<Input> inputs = reader.read(records);
        try (Lease held = model.lease().orElseThrow()) {
            return tagger.tag(held, inputs);
        }
    }

    @Override
    public void committed(AnsweredBatch batch, Duration commit) {
        metrics.committed(commit);
        List<TaggedDocument> tagged = batch.outcomes().stream()
                .filter(Outcome.Tagged.class::isInstance)
                .map(outcome -> ((Outcome.Tagged) outcome).document())
                .toList();
        answered.add(Source.KAFKA, tagged, batch.computed());
    }
}
