package dev.slicer.service.engine;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.engine.EngineOptions;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The engine's options and the checkpoint store, made from the configuration. */
class EngineBeans {

    @Produces
    @Singleton
    EngineOptions engineOptions(EngineConfig config) {
        return config.toOptions();
    }

    @Produces
    @Singleton
    CheckpointStore checkpointStore(CheckpointsConfig config) {
        return new FileCheckpointStore(config.storeRoot(), config.trust(), config.signer());
    }

    /** A wrong value stops the start, with the key's name, before anything else runs. */
    void validate(@Observes @Priority(1) StartupEvent start, CheckpointsConfig checkpoints) {
        checkpoints.storeRoot();
        checkpoints.trust();
        checkpoints.signer();
    }
}
