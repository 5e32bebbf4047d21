package dev.slicer.events;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Announces a checkpoint that lies complete in the store.
 *
 * @param uri the checkpoint's folder in the store
 * @param h slice size it was trained with; empty for standard fine-tuning
 * @param labels in the order of the classifier's outputs
 * @param digest of the checkpoint's manifest, which has the hashes of all its files; earlier versions did not say it
 */
public record CheckpointPublished(
        String checkpointId,
        URI uri,
        String baseModel,
        OptionalInt h,
        List<String> labels,
        Instant publishedAt,
        Optional<String> digest)
        implements Event {

    public CheckpointPublished {
        Require.id("checkpointId", checkpointId);
        if (!Require.present("uri", uri).isAbsolute()) {
            throw new IllegalArgumentException("uri must be absolute, such as file:///var/checkpoints/a, got " + uri);
        }
        Require.notBlank("baseModel", baseModel);
        Require.notEmpty("labels", labels);
        labels = Require.texts("labels", labels);
        if (h.isPresent() && h.getAsInt() < 1) {
            throw new IllegalArgumentException("h must be at least 1, got " + h.getAsInt());
        }
        Require.time("publishedAt", publishedAt);
        digest = digest == null ? Optional.empty() : digest;
        digest.ifPresent(value -> Require.digest("digest", value));
    }

    /** As earlier versions announced one. */
    public CheckpointPublished(
            String checkpointId, URI uri, String baseModel, OptionalInt h, List<String> labels, Instant publishedAt) {
        this(checkpointId, uri, baseModel, h, labels, publishedAt, Optional.empty());
    }

    @Override
    public String key() {
        return checkpointId;
    }
}
