package dev.slicer.inference;

import dev.slicer.batching.Lane;
import dev.slicer.events.DocumentEvent;
import dev.slicer.inference.DocumentBatch.Request;
import dev.slicer.inference.DocumentBatch.Result;
import dev.slicer.kafka.records.KafkaEvents;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Everybody's documents, for the model that serves. */
final class ServedDocuments implements DocumentWork {
    private final DocumentBatch batches;
    private final Models models;
    private final Inference inference;
    private final InferenceMetrics metrics;

    ServedDocuments(DocumentBatch batches, Models models, Inference inference, InferenceMetrics metrics) {
        this.batches = batches;
        this.models = models;
        this.inference = inference;
        this.metrics = metrics;
    }

    /** Not even a member of the group before there is a model, so that instances that have one get all partitions. */
    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return models.awaitFirst(timeout);
    }

    @Override
    public Result run(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        return batches.run(
                batches.read(records, ServedDocuments::read), documents -> inference.start(documents, Lane.BULK));
    }

    private static Request read(ConsumerRecord<byte[], byte[]> record) {
        return new Request(KafkaEvents.read(record, DocumentEvent.class), Optional.empty());
    }

    @Override
    public void committed(Result result, Duration commit) {
        metrics.committed(result, commit);
    }
}
