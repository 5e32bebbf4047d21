package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.engine.EngineOptions;
import dev.slicer.events.Topics;
import dev.slicer.inference.batching.BatchingLimits;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.checkpoints.CheckpointListener;
import dev.slicer.inference.checkpoints.FixedCheckpoint;
import dev.slicer.inference.checkpoints.NewestCheckpoints;
import dev.slicer.inference.checkpoints.PromotedCheckpoints;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.metrics.InferenceMetrics;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.TaggerFactory;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.inference.stream.DocumentStream;
import dev.slicer.inference.stream.DocumentTagger;
import dev.slicer.inference.stream.ServedDocuments;
import dev.slicer.inference.stream.StreamSettings;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.inference.trial.TrialDocuments;
import dev.slicer.inference.trial.TrialModel;
import dev.slicer.service.BackOff;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.PassedOver;
import dev.slicer.service.TopicSetup;
import dev.slicer.tagging.Tagger;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Starts and stops what the configuration asks for: a fixed model or the announced ones, with streams or without. */
@Singleton
public class InferenceService {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
    /** A failed attempt may have read a whole model. */
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    /** Documents of other checkpoints wait behind those of one that does not come. */
    private static final Duration TRIAL_PATIENCE = Duration.ofSeconds(15);

    private final InferenceConfig config;
    private final Optional<FixedCheckpoint> fixed;
    private final Optional<CheckpointListener> listener;
    private final Optional<DocumentStream> stream;
    private final Optional<TrialModel> trialModel;
    private final Optional<DocumentStream> trials;

    @Inject
    InferenceService(
            InferenceConfig config,
            ServingModel models,
            TaggerFactory taggers,
            WarmUp warmUp,
            CheckpointStore checkpoints,
            Topics topics,
            KafkaEvents events,
            TaggingPipeline inference,
            InferenceMetrics metrics,
            Clock clock,
            KafkaClients kafka,
            PassedOver passedOver) {
        this.config = config;
        this.fixed = config.checkpoint().map(folder -> new FixedCheckpoint(folder, models, backOff(), clock));
        this.listener = config.checkpoint().isPresent()
                ? Optional.empty()
                : Optional.of(new CheckpointListener(
                        kafka,
                        () -> switch (config.serve()) {
                            case PROMOTED -> new PromotedCheckpoints(topics);
                            case NEWEST -> new NewestCheckpoints(topics);
                        },
                        checkpoints,
                        models,
                        topics,
                        events,
                        config.instance(),
                        passedOver,
                        backOff(),
                        clock));
        DocumentTagger batches = new DocumentTagger(topics, events, kafka.sizes(), config.maxTextLength());
        this.stream = config.stream().enabled()
                ? Optional.of(new DocumentStream(
                        kafka,
                        StreamSettings.ofDocuments(config.stream(), topics),
                        new ServedDocuments(batches, models, inference, metrics),
                        metrics,
                        clock))
                : Optional.empty();
        this.trialModel = config.takesTrials()
                ? Optional.of(metrics.watch(new TrialModel(
                        taggers,
                        warmUp,
                        checkpoints,
                        config.trials().keepOpen(),
                        TRIAL_PATIENCE,
                        InferenceService::backOff)))
                : Optional.empty();
        trialModel.ifPresent(models::loadIn);
        this.trials = trialModel.map(trial -> new DocumentStream(
                kafka,
                StreamSettings.ofTrials(config, topics),
                new TrialDocuments(topics, events, config.instance(), batches, models, trial, inference, metrics),
                metrics,
                clock));
    }

    void start(@Observes @Priority(100) StartupEvent start, TopicSetup setup) {
        config.validate();
        fixed.ifPresent(FixedCheckpoint::start);
        setup.ready().thenRun(() -> {
            listener.ifPresent(CheckpointListener::start);
            stream.ifPresent(DocumentStream::start);
            trials.ifPresent(DocumentStream::start);
        });
    }

    void stop(@Observes ShutdownEvent stop) {
        listener.ifPresent(CheckpointListener::close);
        trials.ifPresent(DocumentStream::stop);
        stream.ifPresent(DocumentStream::close);
        trials.ifPresent(DocumentStream::close);
        trialModel.ifPresent(TrialModel::close);
    }

    private static BackOff backOff() {
        return new BackOff(FIRST_RETRY, LONGEST_RETRY, RandomGenerator.getDefault());
    }

    Optional<CheckpointListener> listener() {
        return listener;
    }

    Optional<DocumentStream> stream() {
        return stream;
    }

    public Optional<DocumentStream> trials() {
        return trials;
    }

    /** The parts that tests replace. */
    static class Production {
        @Produces
        @Singleton
        TaggerFactory taggers(EngineOptions options) {
            return (Path checkpoint, String modelId) -> Tagger.open(checkpoint, modelId, options);
        }

        @Produces
        @Singleton
        BatchingQueue queue(InferenceConfig config, EngineOptions options, InferenceMetrics metrics) {
            return metrics.watch(new BatchingQueue(
                    new BatchingLimits(
                            options.maxBatchTokens(),
                            config.batching().maxWait(),
                            config.batching().maxQueuedTokens()),
                    metrics::pass));
        }

        void stop(@Disposes BatchingQueue queue) {
            queue.close();
        }
    }
}
