package dev.slicer.jobs;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.corpus.Corpus;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Publishes to a {@link CheckpointStore}, with a manifest that tells how the checkpoint came about. */
public final class StorePublication implements Publication {
    private static final String CONFIG = "config.json";

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
    public CheckpointPublished publish(
            String checkpointId, Path model, TrainingRequest request, List<Corpus> train, LabelSet labels) {
        int hiddenSize = hiddenSize(model.resolve(CONFIG));
        Map<String, String> fingerprints = new LinkedHashMap<>();
        for (int i = 0; i < train.size(); i++) {
            fingerprints.put(request.train().get(i), train.get(i).fingerprint());
        }
        Manifest manifest = new Manifest(
                checkpointId,
                clock.instant(),
                List.of(),
                request.baseModel(),
                hiddenSize,
                request.hyperparameters().h().orElse(hiddenSize),
                Json.mapper().convertValue(request.hyperparameters(), new TypeReference<Map<String, Object>>() {}),
                request.hyperparameters().seed(),
                labels.labels(),
                fingerprints,
                Map.of());
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
            throw new NotPublishedException(model, e);
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

    private static int hiddenSize(Path config) {
        try {
            JsonNode size = Json.mapper().readTree(Files.readAllBytes(config)).path("hidden_size");
            if (!size.canConvertToInt()) {
                throw new CheckpointException(config, "has no hidden_size");
            }
            return size.intValue();
        } catch (IOException e) {
            throw new CheckpointException(config, "cannot be read: " + e.getMessage(), e);
        }
    }
}
