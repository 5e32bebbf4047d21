package dev.slicer.inference.stream;

import dev.slicer.events.DocumentEvent;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.metrics.InferenceMetrics;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.stream.DocumentTagger.Request;
import dev.slicer.inference.stream.DocumentTagger.Result;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.service.KafkaEvents;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Everybody's documents, for the model that serves. */
public final class ServedDocuments implements DocumentWork {
    private final DocumentTagger batches;
    private final ServingModel models;
    private final TaggingPipeline inference;
    private final InferenceMetrics metrics;

    public ServedDocuments(
            DocumentTagger batches, ServingModel models, TaggingPipeline inference, InferenceMetrics metrics) {
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
