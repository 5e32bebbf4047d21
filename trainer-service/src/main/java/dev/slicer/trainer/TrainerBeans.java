package dev.slicer.trainer;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.corpus.NamedCorpora;
import dev.slicer.engine.EngineOptions;
import dev.slicer.events.Topics;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.ModelEngine;
import dev.slicer.io.Home;
import dev.slicer.jobs.JobFolders;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.Publication;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Access.Groups;
import dev.slicer.kafka.access.Task;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.models.ModelStore;
import dev.slicer.models.NamedModels;
import dev.slicer.service.channels.Channels;
import dev.slicer.service.channels.WholeChannels;
import dev.slicer.service.config.NeededRights;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.trainer.intake.TrainingJobs;
import dev.slicer.trainer.topics.TrainingTopics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;

/** Puts the trainer together, its ports bound to {@code slicer-experiments}, and starts it with the service. */
class TrainerBeans {
    @Produces
    @Singleton
    @DefaultBean
    Engine engine(TrainerSettings settings, EngineOptions options) {
        NamedModels models = new NamedModels(settings.modelRoots());
        ModelStore store = new ModelStore(
                settings.modelFolder().orElseGet(() -> Home.ofProcess().models()));
        return new ModelEngine(models::find, store, options);
    }

    @Produces
    @Singleton
    NeededRights neededRights(TrainerSettings settings, Topics topics) {
        Groups usual = Groups.of(topics);
        Groups groups = new Groups(
                settings.groupFor(topics),
                settings.shareGroupFor(topics),
                usual.inference(),
                usual.trials(),
                usual.evaluator());
        Set<Task> tasks = EnumSet.of(Task.JOBS);
        if (settings.sharing() == TrainerSettings.Sharing.SHARE_GROUP) {
            tasks.add(Task.SHARING);
        }
        return NeededRights.of(new Access(topics, groups), tasks);
    }

    @Produces
    @Singleton
    TrainerId trainerId() {
        return TrainerId.next();
    }

    @Produces
    @Singleton
    JobRunner jobRunner(TrainerId id, Engine engine, CheckpointStore store, Clock clock, TrainerSettings settings) {
        NamedCorpora corpora = new NamedCorpora(settings.corpusRoots(), settings.corpusLimits());
        return new JobRunner(
                corpora::ofOneRequest,
                engine,
                new Publication(store, clock),
                JobFolders.shared(
                        settings.workFolder(), stateFolder(store, settings), id.text(), settings.saveEvery()));
    }

    private static Path stateFolder(CheckpointStore store, TrainerSettings settings) {
        return settings.stateFolder().orElseGet(() -> {
            if (store instanceof FileCheckpointStore files) {
                return files.root().resolve(".training");
            }
            throw new IllegalArgumentException(
                    "slicer.trainer.state-folder is needed: the checkpoints lie in no folder");
        });
    }

    @Produces
    @Singleton
    Trainer trainer(
            TrainerId id,
            KafkaClients kafka,
            Topics names,
            TopicSetup setup,
            KafkaEvents events,
            TrainerSettings settings,
            Clock clock,
            JobRunner runner,
            MeterRegistry registry,
            PassedOver passedOver,
            TrainingTopics topics,
            WholeChannels reading,
            Channels channels) {
        return new Trainer(
                id,
                kafka,
                names,
                setup.ready(),
                events,
                settings,
                clock,
                runner,
                registry,
                passedOver,
                topics,
                reading,
                channels.shared(TrainerChannels.REQUESTS));
    }

    @Produces
    @Singleton
    TrainingTopics trainingTopics(
            @Channel("training-requests-out") MutinyEmitter<ProducerRecord<byte[], byte[]>> requests,
            @Channel("training-progress-out") MutinyEmitter<ProducerRecord<byte[], byte[]>> progress,
            @Channel("checkpoints-out") MutinyEmitter<ProducerRecord<byte[], byte[]>> checkpoints,
            @Channel("dead-letters-out") MutinyEmitter<ProducerRecord<byte[], byte[]>> deadLetters,
            Channels channels,
            Topics names,
            KafkaEvents events,
            RecordSizes sizes) {
        return new TrainingTopics(
                channels.sender(requests),
                channels.sender(progress),
                channels.sender(checkpoints),
                channels.sender(deadLetters),
                names,
                events,
                sizes);
    }

    @Produces
    @Singleton
    WholeChannels reading(Channels channels, Topics names, Provider<Trainer> trainer) {
        return channels.whole(
                Map.of(
                        TrainerChannels.ALL_REQUESTS,
                        names.trainingRequests(),
                        TrainerChannels.PROGRESS,
                        names.trainingProgress()),
                record -> trainer.get().follow(record));
    }

    @Produces
    @Singleton
    TrainingJobs trainingJobs(Trainer trainer) {
        return trainer.jobs();
    }

    void start(@Observes StartupEvent start, Trainer trainer) {
        trainer.start();
    }

    void stop(@Observes ShutdownEvent stop, Trainer trainer) throws InterruptedException {
        trainer.stop();
    }
}
