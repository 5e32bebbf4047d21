package dev.slicer.inference.checkpoints;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.kafka.loops.BackOff;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The one checkpoint that the configuration names, loaded as soon as it can be. */
public final class FixedCheckpoint implements Runnable {
    private final Path folder;
    private final CheckpointStore checkpoints;
    private final ServingModel models;
    private final BackOff backOff;
    private final Clock clock;

    /** @param checkpoints knows what is asked of a checkpoint */
    public FixedCheckpoint(
            Path folder, CheckpointStore checkpoints, ServingModel models, BackOff backOff, Clock clock) {
        this.folder = folder;
        this.checkpoints = checkpoints;
        this.models = models;
        this.backOff = backOff;
        this.clock = clock;
    }

    public void start() {
        Thread loading = new Thread(this, "model-loading");
        loading.setDaemon(true);
        loading.start();
    }

    @Override
    public void run() {
        String modelId = folder.toAbsolutePath().normalize().getFileName().toString();
        while (!models.load(modelId, () -> checkpoints.fetchFolder(folder))
                && models.lastFailure(modelId).equals(Optional.of(Kind.UNAVAILABLE))) {
            Duration pause = backOff.next();
            models.tryAgainAt(Optional.of(clock.instant().plus(pause)));
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
        models.tryAgainAt(Optional.empty());
    }
}
