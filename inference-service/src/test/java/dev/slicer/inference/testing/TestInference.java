package dev.slicer.inference.testing;

import dev.slicer.events.Topics;
import dev.slicer.inference.batching.BatchingLimits;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.QueueMetrics;
import dev.slicer.inference.live.AnsweredDocuments;
import dev.slicer.inference.live.TagFeed;
import dev.slicer.inference.model.ModelSlot;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.TaggerFactory;
import dev.slicer.inference.model.UntoldLoads;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.inference.stream.DocumentReader;
import dev.slicer.inference.stream.DocumentTagger;
import dev.slicer.inference.stream.DocumentWork;
import dev.slicer.inference.stream.ServedDocuments;
import dev.slicer.inference.stream.StreamMetrics;
import dev.slicer.inference.tagging.TaggingMetrics;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What lies between topics and model, put together as in the service. */
public final class TestInference implements AutoCloseable {
    private final ExecutorService decoding = Executors.newSingleThreadExecutor();
    private final BatchingQueue queue;
    private final WarmUp warmUp;
    private final ServingModel model;
    private final TaggingPipeline pipeline;
    private final AnsweredDocuments answered;
    private final StreamMetrics metrics;

    public TestInference(TaggerFactory taggers, Clock clock, MeterRegistry registry) {
        this(taggers, new FreeSlot(), clock, registry);
    }

    public TestInference(TaggerFactory taggers, ModelSlot slot, Clock clock, MeterRegistry registry) {
        TaggingMetrics taggingMetrics = new TaggingMetrics(registry);
        this.queue = new BatchingQueue(new BatchingLimits(4096, Duration.ZERO, 4096, 1), new QueueMetrics(registry));
        this.warmUp = new WarmUp(queue);
        this.model = new ServingModel(taggers, warmUp, slot, new UntoldLoads(), clock, registry);
        this.pipeline = new TaggingPipeline(queue, taggingMetrics, decoding);
        this.answered = new AnsweredDocuments(taggingMetrics, TagFeed.unwatched());
        this.metrics = new StreamMetrics(registry);
    }

    public WarmUp warmUp() {
        return warmUp;
    }

    public ServingModel model() {
        return model;
    }

    public StreamMetrics metrics() {
        return metrics;
    }

    public DocumentTagger tagger(Topics topics, KafkaEvents events, RecordSizes sizes) {
        return new DocumentTagger(pipeline, topics, events, sizes);
    }

    /** @param maxTextLength UTF-16 units */
    public DocumentWork served(Topics topics, KafkaEvents events, RecordSizes sizes, int maxTextLength) {
        return new ServedDocuments(
                new DocumentReader(topics, sizes, maxTextLength),
                tagger(topics, events, sizes),
                model,
                answered,
                metrics);
    }

    @Override
    public void close() {
        queue.close();
        decoding.shutdown();
    }
}
