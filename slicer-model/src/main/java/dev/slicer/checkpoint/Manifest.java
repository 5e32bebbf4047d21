package dev.slicer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.signing.ManifestSignature;
import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.events.CheckpointIds;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a checkpoint is and how it came about; lies in its folder as {@code slicer.json}.
 *
 * @param files every other file of the folder; a store fills them in when it publishes
 * @param hiddenSize the encoder's d
 * @param h size of a slice, a divisor of d; d itself for standard fine-tuning
 * @param hyperparameters as JSON values, for people and for repeating the run
 * @param labels in the order of the classifier's outputs
 * @param dataFingerprints hash of each training corpus by its reference
 * @param scores F1 (0 to 1) by what it was measured on; empty where nothing was measured
 */
public record Manifest(
        String id,
        Instant createdAt,
        List<FileDigest> files,
        String baseModel,
        int hiddenSize,
        int h,
        Map<String, Object> hyperparameters,
        long seed,
        List<String> labels,
        Map<String, String> dataFingerprints,
        Map<String, Double> scores) {
    /** Name of the manifest's file. */
    public static final String FILE_NAME = "slicer.json";

    public Manifest {
        CheckpointIds.requireValid(id);
        Objects.requireNonNull(createdAt, "a manifest needs createdAt");
        Objects.requireNonNull(baseModel, "a manifest needs baseModel");
        if (files != null) {
            files.forEach(file -> requireOther(file.name()));
        }
        if (hiddenSize < 1 || h < 1 || hiddenSize % h != 0) {
            throw new IllegalArgumentException("h = " + h + " does not divide d = " + hiddenSize);
        }
        files = files == null ? List.of() : List.copyOf(files);
        labels = labels == null ? List.of() : List.copyOf(labels);
        hyperparameters = copy(hyperparameters);
        dataFingerprints = copy(dataFingerprints);
        scores = copy(scores);
    }

    /** A manifest cannot have its own hash, nor that of its signature. */
    private static void requireOther(String name) {
        if (isBeside(name)) {
            throw new IllegalArgumentException("a manifest cannot list " + name);
        }
    }

    /** Whether a file is the manifest or its signature, which describe the others. */
    static boolean isBeside(String name) {
        return name.equals(FILE_NAME) || name.equals(ManifestSignature.FILE_NAME);
    }

    /**
     * Reads the manifest of a checkpoint.
     *
     * @throws CheckpointException when it is missing or is none
     */
    public static Manifest read(ModelFiles checkpoint) {
        return parse(checkpoint.path(FILE_NAME), checkpoint.read(FILE_NAME));
    }

    static Manifest parse(Path file, byte[] bytes) {
        try {
            Manifest manifest = Json.mapper().readValue(bytes, Manifest.class);
            if (manifest == null) {
                throw new CheckpointException(file, "is no manifest: the value is null");
            }
            return manifest;
        } catch (JsonProcessingException failure) {
            throw new CheckpointException(
                    file, "is no manifest: " + JsonProblem.of(failure).message(), failure);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    /** This manifest with the sizes and hashes of what lies in the folder. */
    Manifest describing(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            List<FileDigest> found = paths.filter(
                            path -> !isBeside(path.getFileName().toString()))
                    .sorted()
                    .map(FileDigest::of)
                    .toList();
            return new Manifest(
                    id,
                    createdAt,
                    found,
                    baseModel,
                    hiddenSize,
                    h,
                    hyperparameters,
                    seed,
                    labels,
                    dataFingerprints,
                    scores);
        }
    }

    /** Writes it into the folder that it describes, signed where there is a key to. */
    ManifestFile write(Path folder, Optional<SigningKey> key) throws IOException {
        byte[] bytes = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        Files.write(folder.resolve(FILE_NAME), bytes);
        if (key.isPresent()) {
            Files.write(
                    folder.resolve(ManifestSignature.FILE_NAME),
                    ManifestSignature.of(bytes, key.get()).write());
        }
        return new ManifestFile(folder, bytes);
    }

    /** Keeps the order; a map that is absent in JSON arrives as null. */
    private static <V> Map<String, V> copy(Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
