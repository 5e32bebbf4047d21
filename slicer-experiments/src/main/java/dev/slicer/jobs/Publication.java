package dev.slicer.jobs;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.training.Snapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Puts the models of jobs into a {@link CheckpointStore}. */
public final class Publication {
    private final CheckpointStore store;
    private final Clock clock;
    private final boolean snapshots;

    private Publication(CheckpointStore store, Clock clock, boolean snapshots) {
        this.store = store;
        this.clock = clock;
        this.snapshots = snapshots;
    }

    /** A job's model becomes a checkpoint; the snapshots of its run are of use to the job alone. */
    public Publication(CheckpointStore store, Clock clock) {
        this(store, clock, false);
    }

    /** Each snapshot of a run becomes a checkpoint too, the job's id with {@code -step-} and its step for an id. */
    public static Publication withSnapshots(CheckpointStore store, Clock clock) {
        return new Publication(store, clock, true);
    }

    /** The checkpoint of an earlier run of the job, complete in the store. */
    Optional<CheckpointPublished> find(String checkpointId) {
        return store.find(checkpointId).map(this::announcement);
    }

    /**
     * A checkpoint of the store, on this machine.
     *
     * @throws CheckpointException where there is none or it is damaged, naming the file
     */
    SourceCheckpoint fetch(String checkpointId) {
        return SourceCheckpoint.of(checkpointId, store.fetch(checkpointId).files());
    }

    /**
     * Puts a model into the store under the job's id, whole or not at all.
     *
     * @return what was published, the job's model last
     * @throws NotPublishedException where the store does not take a model that is whole, which then is left as it was
     * @throws CheckpointException where the model is not whole, naming the file
     */
    List<CheckpointPublished> publish(String jobId, JobModel model) {
        List<CheckpointPublished> published = new ArrayList<>();
        if (snapshots) {
            for (Snapshot snapshot : model.snapshots()) {
                published.add(publishSnapshot(
                        jobId + "-step-" + snapshot.step(),
                        snapshot.folder(),
                        model.provenance().scored(Map.of())));
            }
        }
        Manifest manifest = model.provenance().manifest(jobId, clock.instant());
        published.add(publish(model.folder(), manifest));
        return List.copyOf(published);
    }

    private CheckpointPublished publish(Path model, Manifest manifest) {
        try {
            return announcement(put(model, manifest));
        } catch (RuntimeException e) {
            return published(manifest.id(), e).orElseThrow(() -> e);
        }
    }

    /** Another process that had the job before can have been faster. */
    private Optional<CheckpointPublished> published(String checkpointId, RuntimeException problem) {
        try {
            return find(checkpointId);
        } catch (RuntimeException e) {
            problem.addSuppressed(e);
            return Optional.empty();
        }
    }

    /** A run that was killed while it published has some of them in the store already. */
    private CheckpointPublished publishSnapshot(String id, Path folder, Provenance provenance) {
        Optional<Checkpoint> earlier = store.find(id).filter(found -> provenance.isThatOf(found.manifest()));
        if (earlier.isPresent()) {
            return announcement(earlier.get());
        }
        return announcement(put(folder, provenance.manifest(id, clock.instant())));
    }

    private Checkpoint put(Path model, Manifest manifest) {
        try {
            return store.publish(model, manifest);
        } catch (RuntimeException e) {
            // Says the same again where the model itself is to blame.
            CheckpointVerifier.verifyContent(model, manifest);
            throw new NotPublishedException(e);
        }
    }

    private CheckpointPublished announcement(Checkpoint checkpoint) {
        Manifest manifest = checkpoint.manifest();
        return new CheckpointPublished(
                manifest.id(),
                checkpoint.uri(),
                manifest.baseModel(),
                manifest.h() == manifest.hiddenSize() ? OptionalInt.empty() : OptionalInt.of(manifest.h()),
                manifest.labels(),
                clock.instant(),
                Optional.of(checkpoint.digest()));
    }
}
