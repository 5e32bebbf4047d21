package dev.slicer.inference;

import dev.slicer.events.Topics;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.live.AnsweredDocuments;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.stream.DocumentReader;
import dev.slicer.inference.stream.DocumentStream;
import dev.slicer.inference.stream.DocumentTagger;
import dev.slicer.inference.stream.ServedDocuments;
import dev.slicer.inference.stream.StreamMetrics;
import dev.slicer.inference.stream.StreamSettings;
import dev.slicer.inference.stream.StreamStatus;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.inference.trial.TrialDocuments;
import dev.slicer.inference.trial.TrialMetrics;
import dev.slicer.inference.trial.TrialModel;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;

/** The streams that the configuration wants read: users' documents, and those on trial. */
@Singleton
class DocumentStreams {
    private final Optional<DocumentStream> documents;
    private final Optional<DocumentStream> trials;
    private final TrialModel trialModel;

    @Inject
    DocumentStreams(
            InferenceConfig config,
            KafkaClients kafka,
            Topics topics,
            KafkaEvents events,
            TaggingPipeline pipeline,
            ServingModel model,
            AnsweredDocuments answered,
            StreamMetrics metrics,
            TrialModel trialModel,
            TrialMetrics trialMetrics,
            Clock clock) {
        DocumentReader reader = new DocumentReader(topics, kafka.sizes(), config.maxTextLength());
        DocumentTagger tagger = new DocumentTagger(pipeline, topics, events, kafka.sizes());
        this.trialModel = trialModel;
        if (config.stream().enabled()) {
            this.documents = Optional.of(new DocumentStream(
                    kafka,
                    StreamSettings.ofDocuments(config.stream(), topics),
                    new ServedDocuments(reader, tagger, model, answered, metrics),
                    metrics,
                    clock));
        } else {
            this.documents = Optional.empty();
        }
        if (config.takesTrials()) {
            trialMetrics.watch(trialModel);
            this.trials = Optional.of(new DocumentStream(
                    kafka,
                    StreamSettings.ofTrials(config, topics),
                    new TrialDocuments(
                            topics, events, config.instance(), reader, tagger, model, trialModel, trialMetrics),
                    metrics,
                    clock));
        } else {
            this.trials = Optional.empty();
        }
    }

    /** Once there are topics. */
    void start() {
        documents.ifPresent(DocumentStream::start);
        trials.ifPresent(DocumentStream::start);
    }

    /** Finishes the batches in flight. */
    void stop() {
        trials.ifPresent(DocumentStream::stop);
        documents.ifPresent(DocumentStream::close);
        trials.ifPresent(DocumentStream::close);
        trialModel.close();
    }

    boolean areAlive() {
        return Stream.of(documents, trials).flatMap(Optional::stream).allMatch(DocumentStream::isAlive);
    }

    Optional<StreamStatus> documents() {
        return documents.map(DocumentStream::status);
    }

    Optional<StreamStatus> trials() {
        return trials.map(DocumentStream::status);
    }
}
