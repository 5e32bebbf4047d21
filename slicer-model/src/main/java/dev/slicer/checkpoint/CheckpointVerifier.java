package dev.slicer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks that a checkpoint's folder is whole and is what its manifest says. */
public final class CheckpointVerifier {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final List<String> REQUIRED = List.of(CONFIG, WEIGHTS, "tokenizer.json");

    private CheckpointVerifier() {}

    /**
     * Checks that each file has the size and the hash that the manifest names, that the weights are well-formed and that
     * the labels agree with {@code config.json}.
     *
     * @return the manifest
     * @throws CheckpointException naming the first file that is missing or wrong
     */
    public static Manifest verify(Path checkpoint) {
        Manifest manifest = Manifest.read(checkpoint);
        for (String name : REQUIRED) {
            if (manifest.files().stream().noneMatch(file -> file.name().equals(name))) {
                throw new CheckpointException(checkpoint.resolve(Manifest.FILE_NAME), "does not list " + name);
            }
        }
        manifest.files().forEach(file -> file.verify(checkpoint));
        verifyContent(checkpoint, manifest);
        return manifest;
    }

    /**
     * Checks a folder that has no manifest yet: that what a checkpoint needs is there, with well-formed weights and the
     * labels that the manifest is going to name.
     *
     * @throws CheckpointException naming the first file that is missing or wrong
     */
    public static void verifyContent(Path folder, Manifest manifest) {
        for (String name : REQUIRED) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new CheckpointException(
                        folder.resolve(name), "file is missing", CheckpointException.Kind.UNAVAILABLE);
            }
        }
        try (SafetensorsReader weights = SafetensorsReader.open(folder.resolve(WEIGHTS))) {
            if (weights.names().isEmpty()) {
                throw new CheckpointException(folder.resolve(WEIGHTS), "has no tensor");
            }
        }
        verifyLabels(folder.resolve(CONFIG), manifest.labels());
    }

    private static void verifyLabels(Path config, List<String> expected) {
        JsonNode labels = read(config).path("id2label");
        List<String> found = new ArrayList<>();
        for (int id = 0; id < labels.size(); id++) {
            found.add(labels.path(Integer.toString(id)).asText());
        }
        if (!found.equals(expected)) {
            throw new CheckpointException(config, "has the labels " + found + " where the manifest has " + expected);
        }
    }

    private static JsonNode read(Path file) {
        try {
            return Json.mapper().readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException missing) {
            throw new CheckpointException(file, "file is missing", missing);
        } catch (JsonProcessingException failure) {
            throw new CheckpointException(
                    file, "is no JSON: " + JsonProblem.of(failure).message(), failure);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }
}
