package dev.slicer.inference;

import dev.slicer.kafka.topics.TopicSetup;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Starts and stops the service. */
@Singleton
class InferenceService {
    private final CheckpointLoading checkpoints;
    private final DocumentStreams streams;

    @Inject
    InferenceService(CheckpointLoading checkpoints, DocumentStreams streams) {
        this.checkpoints = checkpoints;
        this.streams = streams;
    }

    /** After the channels, which begin before observers of no priority. */
    void start(@Observes StartupEvent start, TopicSetup setup) {
        checkpoints.startFixed();
        setup.ready().thenRun(() -> {
            checkpoints.startListening();
            streams.start();
        });
    }

    void stop(@Observes ShutdownEvent stop) {
        checkpoints.stop();
        streams.stop();
    }
}
