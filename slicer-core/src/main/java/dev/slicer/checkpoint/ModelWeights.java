package dev.slicer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of a model: those of one safetensors file, or of the several that HuggingFace divides large models into. */
public final class ModelWeights implements AutoCloseable {
    /** The name of the only file. */
    public static final String SINGLE = "model.safetensors";
    /** The name of the file that says which file has which tensor. */
    public static final String INDEX = "model.safetensors.index.json";

    private final Path file;
    private final Map<Path, SafetensorsReader> readers;
    private final Map<String, Path> places;

    private ModelWeights(Path file, Map<Path, SafetensorsReader> readers, Map<String, Path> places) {
        this.file = file;
        this.readers = readers;
        this.places = places;
    }

    /** @throws CheckpointException naming the file that is missing or damaged */
    public static ModelWeights open(Path model) {
        Path single = model.resolve(SINGLE);
        Path index = model.resolve(INDEX);
        if (Files.exists(single) || !Files.exists(index)) {
            return ofFile(single);
        }
        Map<Path, SafetensorsReader> readers = new HashMap<>();
        ModelWeights weights = new ModelWeights(index, readers, places(index));
        try {
            weights.places.values().forEach(part -> readers.computeIfAbsent(part, SafetensorsReader::open));
            weights.places.forEach((name, part) -> {
                if (!readers.get(part).names().contains(name)) {
                    throw new CheckpointException(part, "has no tensor '" + name + "', which " + INDEX + " sees in it");
                }
            });
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
        return weights;
    }

    /** @throws CheckpointException naming the file where it is missing or damaged */
    public static ModelWeights ofFile(Path safetensors) {
        SafetensorsReader reader = SafetensorsReader.open(safetensors);
        Map<String, Path> places = new HashMap<>();
        reader.names().forEach(name -> places.put(name, safetensors));
        return new ModelWeights(safetensors, Map.of(safetensors, reader), places);
    }

    private static Map<String, Path> places(Path index) {
        JsonNode map;
        try {
            map = Json.mapper().readTree(Files.readAllBytes(index)).path("weight_map");
        } catch (IOException e) {
            throw new CheckpointException(index, "is not readable JSON: " + e.getMessage(), e);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new CheckpointException(index, "has no weight_map");
        }
        Map<String, Path> places = new HashMap<>();
        map.properties().forEach(entry -> {
            String name = entry.getValue().asText();
            // Nothing outside of the model's folder is opened on a file's word.
            if (!entry.getValue().isTextual() || !name.matches("[\\w.-]+\\.safetensors")) {
                throw new CheckpointException(
                        index, "says that tensor '" + entry.getKey() + "' is in " + entry.getValue());
            }
            places.put(entry.getKey(), index.resolveSibling(name));
        });
        return places;
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }

    /** The file that has the tensor; the one to name in a complaint where there is no such tensor. */
    public Path file(String name) {
        return places.getOrDefault(name, file);
    }

    /** @throws CheckpointException when there is no such tensor, or it is larger than the 2 GiB of one mapping */
    public TensorView tensor(String name) {
        return Optional.ofNullable(places.get(name))
                .map(readers::get)
                .orElseThrow(() -> new CheckpointException(file, "has no tensor '" + name + "'"))
                .tensor(name);
    }

    /** Closes the files; tensors already handed out stay mapped until they are garbage. */
    @Override
    public void close() {
        readers.values().forEach(SafetensorsReader::close);
    }
}
