package dev.slicer.inference.testing;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.events.CheckpointPublished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Checkpoints that a store takes, the smallest there are.
 *
 * @param folder for what is to be published
 */
public record TestCheckpoints(CheckpointStore store, Path folder, Clock clock) {
    private static final List<String> LABELS = List.of("O", "B-PER", "I-PER");

    public URI publish(String id) {
        try {
            Path staged = Files.createDirectories(folder.resolve(id));
            Files.writeString(
                    staged.resolve("config.json"), "{\"id2label\":{\"0\":\"O\",\"1\":\"B-PER\",\"2\":\"I-PER\"}}");
            Files.writeString(staged.resolve("tokenizer.json"), "{}");
            // The header's length, the header, one number.
            byte[] header =
                    "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}".getBytes(StandardCharsets.UTF_8);
            Files.write(
                    staged.resolve("model.safetensors"),
                    ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(header.length)
                            .put(header)
                            .putFloat(1)
                            .array());
            return store.publish(
                            staged,
                            new Manifest(
                                    id,
                                    clock.instant(),
                                    List.of(),
                                    "mbert",
                                    768,
                                    96,
                                    Map.of(),
                                    42,
                                    LABELS,
                                    Map.of(),
                                    Map.of()))
                    .uri();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As earlier versions announced one. */
    public CheckpointPublished announcement(String id, URI uri) {
        return new CheckpointPublished(id, uri, "mbert", OptionalInt.of(96), LABELS, clock.instant());
    }

    /** Of what lies in the store. */
    public CheckpointPublished announcement(String id) {
        Checkpoint published = store.find(id).orElseThrow();
        return new CheckpointPublished(
                id,
                published.uri(),
                "mbert",
                OptionalInt.of(96),
                LABELS,
                clock.instant(),
                Optional.of(published.digest()));
    }
}
