package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.Topics;
import dev.slicer.inference.checkpoints.CheckpointListener;
import dev.slicer.inference.checkpoints.FixedCheckpoint;
import dev.slicer.inference.checkpoints.NewestCheckpoints;
import dev.slicer.inference.checkpoints.PromotedCheckpoints;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.UnannouncedModels;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.BackOff;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.PassedOver;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** The checkpoints that the configuration wants served: a fixed one, or announced ones. */
@Singleton
class CheckpointLoading {
    private final Optional<FixedCheckpoint> fixed;
    private final Optional<CheckpointListener> listener;

    @Inject
    CheckpointLoading(
            InferenceConfig config,
            ServingModel model,
            UnannouncedModels unannounced,
            CheckpointStore checkpoints,
            Topics topics,
            KafkaEvents events,
            KafkaClients kafka,
            PassedOver passedOver,
            BackOff backOff,
            Clock clock) {
        this.fixed = config.checkpoint().map(folder -> new FixedCheckpoint(folder, model, backOff, clock));
        this.listener = fixed.isPresent()
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
                        backOff,
                        clock));
    }

    /** Needs no topics. */
    void startFixed() {
        fixed.ifPresent(FixedCheckpoint::start);
    }

    /** Once there are topics. */
    void startListening() {
        listener.ifPresent(CheckpointListener::start);
    }

    boolean isAlive() {
        return listener.map(CheckpointListener::isAlive).orElse(true);
    }

    void stop() {
        listener.ifPresent(CheckpointListener::close);
    }
}
