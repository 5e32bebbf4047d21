package dev.slicer.jobs;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Publishes to a {@link CheckpointStore}, with a manifest that tells how the checkpoint came about. */
public final class StorePublication implements Publication {
    /** As the manifest of an average has it that was made by hand. */
    private static final String AVERAGED_FROM = "averagedFrom";

    private final CheckpointStore store;
    private final Clock clock;

    public StorePublication(CheckpointStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Optional<CheckpointPublished> find(String checkpointId) {
        return store.list().stream()
                .filter(checkpoint -> checkpoint.id().equals(checkpointId))
                .findFirst()
                .map(this::announcement);
    }

    @Override
    public Stored fetch(String checkpointId) {
        Path folder = store.fetch(checkpointId);
        return new Stored(folder, Manifest.read(folder));
    }

    @Override
    public CheckpointPublished publish(Path model, Origin origin) {
        TrainingRequest request = origin.request();
        int hiddenSize = HiddenSize.of(model);
        Map<String, Object> hyperparameters = RecordedHyperparameters.of(request.hyperparameters(), origin.steps());
        if (!request.averageOf().isEmpty()) {
            hyperparameters.put(AVERAGED_FROM, request.averageOf());
        }
        Manifest manifest = new Manifest(
                request.jobId(),
                clock.instant(),
                List.of(),
                request.baseModel(),
                hiddenSize,
                request.hyperparameters().h().orElse(hiddenSize),
                hyperparameters,
                request.hyperparameters().seed(),
                origin.labels(),
                origin.dataFingerprints(),
                origin.scores());
        return announcement(stored(model, manifest), manifest);
    }

    private URI stored(Path model, Manifest manifest) {
        try {
            return store.publish(model, manifest);
        } catch (RuntimeException e) {
            Optional<URI> other = published(manifest.id(), e);
            if (other.isPresent()) {
                return other.get();
            }
            // Says the same again where the model itself is to blame.
            CheckpointVerifier.verifyContent(model, manifest);
            throw new NotPublishedException(e);
        }
    }

    /** Somebody who had the job before can have been faster. */
    private Optional<URI> published(String checkpointId, RuntimeException problem) {
        try {
            return find(checkpointId).map(CheckpointPublished::uri);
        } catch (RuntimeException e) {
            problem.addSuppressed(e);
            return Optional.empty();
        }
    }

    private CheckpointPublished announcement(Checkpoint checkpoint) {
        return announcement(checkpoint.folder().toUri(), checkpoint.manifest());
    }

    private CheckpointPublished announcement(URI uri, Manifest manifest) {
        return new CheckpointPublished(
                manifest.id(),
                uri,
                manifest.baseModel(),
                manifest.h() == manifest.hiddenSize() ? OptionalInt.empty() : OptionalInt.of(manifest.h()),
                manifest.labels(),
                clock.instant());
    }
}
