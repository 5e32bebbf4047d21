package dev.slicer.checkpoint.signing;

import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Public keys whose signatures count. Files are read anew each time, so that a key can be added and taken away while services run.
 *
 * @param places PEM files, and folders of them
 */
public record TrustedKeys(List<Path> places) {
    /** @throws IllegalArgumentException where there is no place */
    public TrustedKeys {
        places = List.copyOf(places);
        if (places.isEmpty()) {
            throw new IllegalArgumentException("no keys are named; trusting none would refuse every checkpoint");
        }
    }

    /**
     * The keys' ids.
     *
     * @throws SigningKeyException where a place has no public key, a private one, or one of another kind
     */
    public List<String> ids() {
        return keys().stream().map(VerifyingKey::id).toList();
    }

    List<VerifyingKey> keys() {
        List<VerifyingKey> keys = new ArrayList<>();
        for (Path place : places) {
            List<Path> files = Files.isDirectory(place) ? filesOf(place) : List.of(place);
            files.forEach(file -> keys.addAll(read(file)));
        }
        return keys;
    }

    private static List<VerifyingKey> read(Path file) {
        List<VerifyingKey> keys = new ArrayList<>();
        for (PemFile.Block block : PemFile.read(file)) {
            if (!block.label().equals(PemFile.PUBLIC)) {
                throw new SigningKeyException(
                        file, "has a block " + block.label() + "; trusted keys are public ones, " + PemFile.PUBLIC);
            }
            keys.add(VerifyingKey.of(file, block.der()));
        }
        return keys;
    }

    private static List<Path> filesOf(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            // Kubernetes keeps the versions of a mounted ConfigMap under names that begin with two dots.
            List<Path> files = found.filter(
                            path -> !path.getFileName().toString().startsWith(".") && Files.isRegularFile(path))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new SigningKeyException(folder, "the folder has no key");
            }
            return files;
        } catch (IOException failure) {
            throw new SigningKeyException(folder, "cannot be listed: " + IoProblem.of(failure), failure);
        }
    }
}
