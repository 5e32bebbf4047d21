package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.engine.EngineOptions;
import dev.slicer.events.Topics;
import dev.slicer.inference.batching.BatchingLimits;
import dev.slicer.inference.trial.TrialMetrics;
import dev.slicer.inference.stream.StreamMetrics;
import dev.slicer.inference.stream.DocumentReader;
import dev.slicer.inference.model.UnannouncedModels;
import dev.slicer.inference.live.AnsweredDocuments;
import dev.slicer.inference.batching.QueueMetrics;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.checkpoints.CheckpointListener;
import dev.slicer.inference.checkpoints.FixedCheckpoint;
import dev.slicer.inference.checkpoints.NewestCheckpoints;
import dev.slicer.inference.checkpoints.PromotedCheckpoints;
import dev.slicer.inference.config.InferenceConfig;
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
    private final TrialModel trialModel;
    private final Optional<DocumentStream> trials;

    @Inject
    InferenceService(
            InferenceConfig config,
            ServingModel model,
            UnannouncedModels unannounced,
            TrialModel trialModel,
            CheckpointStore checkpoints,
            Topics topics,
            KafkaEvents events,
            TaggingPipeline pipeline,
            AnsweredDocuments answered,
            StreamMetrics streamMetrics,
            TrialMetrics trialMetrics,
            Clock clock,
            KafkaClients kafka,
            PassedOver passedOver) {
        this.config = config;
        this.trialModel = trialModel;
        this.fixed = config.checkpoint().map(folder -> new FixedCheckpoint(folder, model, backOff(), clock));
        this.listener = config.checkpoint().isPresent()
                ? Optional.empty()
                : Optional.of(new CheckpointListener(
                        kafka,
                        () -> switch (config.serve()) {
                            case PROMOTED -> new PromotedCheckpoints(topics);
                            case NEWEST -> new NewestCheckpoints(topics);
                        },
                        checkpoints,
                        model,
                        unannounced,
                        topics,
                        events,
                        config.instance(),
                        passedOver,
                        backOff(),
                        clock));
        DocumentReader reader = new DocumentReader(topics, kafka.sizes(), config.maxTextLength());
        DocumentTagger tagger = new DocumentTagger(pipeline, topics, events, kafka.sizes());
        this.stream = config.stream().enabled()
                ? Optional.of(new DocumentStream(
                        kafka,
                        StreamSettings.ofDocuments(config.stream(), topics),
                        new ServedDocuments(reader, tagger, model, answered, streamMetrics),
                        streamMetrics,
                        clock))
                : Optional.empty();
        if (config.takesTrials()) {
            trialMetrics.watch(trialModel);
            this.trials = Optional.of(new DocumentStream(
                    kafka,
                    StreamSettings.ofTrials(config, topics),
                    new TrialDocuments(
                            topics, events, config.instance(), reader, tagger, model, trialModel, trialMetrics),
                    streamMetrics,
                    clock));
        } else {
            this.trials = Optional.empty();
        }
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
        trialModel.close();
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
        BatchingQueue queue(InferenceConfig config, EngineOptions options, QueueMetrics metrics) {
            return new BatchingQueue(
                    new BatchingLimits(
                            options.maxBatchTokens(),
                            config.batching().maxWait(),
                            config.batching().maxQueuedTokens()),
                    metrics);
        }

        /** Also the slot in which the next model is loaded. */
        @Produces
        @Singleton
        TrialModel trialModel(
                InferenceConfig config, TaggerFactory taggers, WarmUp warmUp, CheckpointStore checkpoints) {
            return new TrialModel(
                    taggers,
                    warmUp,
                    checkpoints,
                    config.trials().keepOpen(),
                    TRIAL_PATIENCE,
                    InferenceService::backOff);
        }

        void stop(@Disposes BatchingQueue queue) {
            queue.close();
        }
    }
}
