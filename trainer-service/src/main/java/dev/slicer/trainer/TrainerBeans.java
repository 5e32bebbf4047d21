package dev.slicer.trainer;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.engine.EngineOptions;
import dev.slicer.events.Topics;
import dev.slicer.jobs.BaseModels;
import dev.slicer.jobs.FineTuner;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.Publication;
import dev.slicer.jobs.StorePublication;
import dev.slicer.models.ModelReference;
import dev.slicer.models.ModelStore;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.TopicSetup;
import dev.slicer.training.FineTuning;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the trainer together, its ports bound to {@code slicer-core}, and starts it with the service. */
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

    @Produces
    @Singleton
    JobRunner jobRunner(BaseModels models, FineTuner tuner, Publication publication, TrainerSettings settings) {
        return new JobRunner(models, tuner, publication, settings.workFolder());
    }

    @Produces
    @Singleton
    Trainer trainer(
            KafkaClients kafka,
            Topics names,
            TopicSetup setup,
            KafkaEvents events,
            TrainerSettings settings,
            Clock clock,
            JobRunner runner,
            MeterRegistry registry) {
        return new Trainer(kafka, names, setup.ready(), events, settings, clock, runner, registry);
    }

    void start(@Observes StartupEvent start, Trainer trainer) {
        trainer.start();
    }

    void stop(@Observes ShutdownEvent stop, Trainer trainer) throws InterruptedException {
        trainer.stop();
    }
}
