package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.inference.checkpoints.CheckpointListener;
import dev.slicer.inference.checkpoints.FixedCheckpoint;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.kafka.loops.BackOff;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** The checkpoints that the configuration wants served: a fixed one, or announced ones. */
@Singleton
class CheckpointLoading {
    private final Optional<FixedCheckpoint> fixed;
    private final CheckpointListener listener;

    @Inject
    CheckpointLoading(
            InferenceConfig config,
            CheckpointStore checkpoints,
            ServingModel model,
            CheckpointListener listener,
            BackOff backOff,
            Clock clock) {
        this.fixed = config.checkpoint().map(folder -> new FixedCheckpoint(folder, checkpoints, model, backOff, clock));
        this.listener = listener;
    }

    /** Needs no topics. */
    void startFixed() {
        fixed.ifPresent(FixedCheckpoint::start);
    }

    /** Once there are topics and channels. */
    void startListening() {
        if (fixed.isEmpty()) {
            listener.start();
        }
    }

    boolean isAlive() {
        return listener.isAlive();
    }

    void stop() {
        listener.close();
    }
}
