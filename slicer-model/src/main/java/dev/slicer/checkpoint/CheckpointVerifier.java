package dev.slicer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.files.VerifiedFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.signing.ManifestSignature;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks that a checkpoint's folder is whole and is what its manifest says. */
public final class CheckpointVerifier {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final List<String> REQUIRED = List.of(CONFIG, WEIGHTS, "tokenizer.json");

    /** What lies beside the files that a manifest names. */
    static final Set<String> BESIDE = Set.of(Manifest.FILE_NAME, ManifestSignature.FILE_NAME);

    private CheckpointVerifier() {}

    /**
     * Checks that each file has the size and the hash that the manifest names and that there is no other, that the weights are
     * well-formed and that the labels agree with {@code config.json}.
     *
     * @throws CheckpointException naming the first file that is missing or wrong
     */
    public static VerifiedCheckpoint verify(Path checkpoint) {
        ManifestFile file = ManifestFile.read(checkpoint);
        return verify(file, file.manifest(), Optional.empty());
    }

    /**
     * As {@link #verify(Path)}, and also whose it is.
     *
     * @param id that the manifest must have
     * @param digest that the manifest must have, where that is known
     */
    static VerifiedCheckpoint verify(Path checkpoint, String id, Optional<String> digest, CheckpointTrust trust) {
        VerifiedFiles.requireFolder(checkpoint);
        ManifestFile file = ManifestFile.read(checkpoint);
        // Nothing is parsed that is known to be another's.
        digest.ifPresent(file::requireDigest);
        Optional<String> signer = trust.keys().map(file::requireSigner);
        return verify(file, file.manifestOf(id), signer);
    }

    private static VerifiedCheckpoint verify(ManifestFile file, Manifest manifest, Optional<String> signer) {
        requireListed(file.folder(), manifest);
        List<FileDigest> expected = new ArrayList<>(manifest.files());
        expected.add(file.hashed());
        VerifiedFiles files = VerifiedFiles.verify(file.folder(), expected, BESIDE);
        verifyContent(files, manifest);
        return new VerifiedCheckpoint(manifest, file.digest(), signer, files);
    }

    private static void requireListed(Path folder, Manifest manifest) {
        for (String name : REQUIRED) {
            if (manifest.files().stream().noneMatch(listed -> listed.name().equals(name))) {
                throw new CheckpointException(folder.resolve(Manifest.FILE_NAME), "does not list " + name);
            }
        }
    }

    /** What is wrong with a checkpoint whose files are what its manifest says. */
    static Optional<CheckpointException> contentProblem(Path folder, Manifest manifest) {
        try {
            requireListed(folder, manifest);
            verifyContent(folder, manifest);
            return Optional.empty();
        } catch (CheckpointException problem) {
            return Optional.of(problem);
        }
    }

    /**
     * Checks a folder that has no manifest yet: that what a checkpoint needs is there, with well-formed weights and the
     * labels that the manifest is going to name.
     *
     * @throws CheckpointException naming the first file that is missing or wrong
     */
    public static void verifyContent(Path folder, Manifest manifest) {
        verifyContent(ModelFiles.in(folder), manifest);
    }

    private static void verifyContent(ModelFiles files, Manifest manifest) {
        for (String name : REQUIRED) {
            if (!files.has(name)) {
                throw new CheckpointException(
                        files.path(name), "file is missing", CheckpointException.Kind.UNAVAILABLE);
            }
        }
        try (SafetensorsReader weights = SafetensorsReader.of(files.open(WEIGHTS))) {
            if (weights.names().isEmpty()) {
                throw new CheckpointException(files.path(WEIGHTS), "has no tensor");
            }
        }
        verifyLabels(files, manifest.labels());
    }

    private static void verifyLabels(ModelFiles files, List<String> expected) {
        Path config = files.path(CONFIG);
        JsonNode labels = json(config, files.read(CONFIG)).path("id2label");
        List<String> found = new ArrayList<>();
        for (int id = 0; id < labels.size(); id++) {
            found.add(labels.path(Integer.toString(id)).asText());
        }
        if (!found.equals(expected)) {
            throw new CheckpointException(config, "has the labels " + found + " where the manifest has " + expected);
        }
    }

    private static JsonNode json(Path file, byte[] content) {
        try {
            return Json.mapper().readTree(content);
        } catch (JsonProcessingException failure) {
            throw new CheckpointException(
                    file, "is no JSON: " + JsonProblem.of(failure).message(), failure);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }
}
