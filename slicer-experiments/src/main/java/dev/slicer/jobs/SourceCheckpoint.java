package dev.slicer.jobs;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.encoder.EncoderConfig;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint that another one is made from.
 *
 * @param name as the request or the command has it: an id of the store, or a folder
 * @param manifest empty for a run's snapshot and for models that Slicer did not make
 */
public record SourceCheckpoint(String name, ModelFiles files, Optional<Manifest> manifest) {
    /** @throws CheckpointException where there is a manifest that cannot be read */
    public static SourceCheckpoint of(String name, ModelFiles files) {
        return new SourceCheckpoint(
                name, files, files.has(Manifest.FILE_NAME) ? Optional.of(Manifest.read(files)) : Optional.empty());
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
        return EncoderConfig.read(files).hiddenSize();
    }

    /** @throws CheckpointException where the model has none */
    List<String> labels() {
        return EncoderConfig.read(files)
                .labels()
                .orElseThrow(() ->
                        new CheckpointException(files.path("config.json"), "has no id2label: it is not fine-tuned"))
                .labels();
    }
}
