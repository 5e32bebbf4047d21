package dev.slicer.jobs;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.VerifiedCheckpoint;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.encoder.EncoderConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint that another one is made from.
 *
 * @param name as the request or the command has it: an id of the store, or a folder
 * @param manifest empty for a run's snapshot and for models that Slicer did not make
 */
public record SourceCheckpoint(String name, Path folder, Optional<Manifest> manifest) {
    /** @throws CheckpointException where there is a manifest that cannot be read */
    public static SourceCheckpoint of(String name, Path folder) {
        boolean described = Files.exists(folder.resolve(Manifest.FILE_NAME));
        return new SourceCheckpoint(name, folder, described ? Optional.of(Manifest.read(folder)) : Optional.empty());
    }

    /** One of a store, as it was checked. */
    static SourceCheckpoint of(String name, VerifiedCheckpoint checkpoint) {
        return new SourceCheckpoint(name, checkpoint.folder(), Optional.of(checkpoint.manifest()));
    }

    /** Its own name where no manifest says it. */
    public String baseModel() {
        return manifest.map(Manifest::baseModel).orElse(name);
    }

    /** d, as for standard fine-tuning, where no manifest says it: once trained, nothing tells the two apart. */
    public int h() {
        return manifest.map(Manifest::h).orElseGet(this::hiddenSize);
    }

    int hiddenSize() {
        return EncoderConfig.read(folder).hiddenSize();
    }

    /** @throws CheckpointException where the model has none */
    List<String> labels() {
        return EncoderConfig.read(folder)
                .labels()
                .orElseThrow(() ->
                        new CheckpointException(folder.resolve("config.json"), "has no id2label: it is not fine-tuned"))
                .labels();
    }
}
