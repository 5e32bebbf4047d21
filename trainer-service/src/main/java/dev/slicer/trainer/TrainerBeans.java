package dev.slicer.trainer;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.engine.EngineOptions;
import dev.slicer.models.ModelReference;
import dev.slicer.models.ModelStore;
import dev.slicer.training.FineTuning;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Binds the trainer's ports to {@code slicer-core}. */
class TrainerBeans {
    @Produces
    @Singleton
    @DefaultBean
    FineTuner fineTuner(EngineOptions options) {
        return (job, progress, cancelled) -> FineTuning.run(job, options, progress, cancelled);
    }

    @Produces
    @Singleton
    @DefaultBean
    BaseModels baseModels(TrainerSettings settings) {
        ModelStore store = new ModelStore(settings.modelFolder().orElseGet(ModelStore::defaultRoot));
        return (reference, listener) -> store.resolve(ModelReference.parse(reference), listener);
    }

    @Produces
    @Singleton
    @DefaultBean
    Publication publication(CheckpointStore store, Clock clock) {
        return new StorePublication(store, clock);
    }
}
