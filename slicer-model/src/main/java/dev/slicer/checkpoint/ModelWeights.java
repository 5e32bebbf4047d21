package dev.slicer.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileContent;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.safetensors.TensorView;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a model: those of one safetensors file, or of the several that HuggingFace divides large models into. Weights
 * in other files are never read: {@code pytorch_model.bin} is a Python pickle, which can run any code when it is read.
 */
public final class ModelWeights implements AutoCloseable {
    /** The name of the only file. */
    public static final String SINGLE = "model.safetensors";
    /** The name of the file that says which file has which tensor. */
    public static final String INDEX = "model.safetensors.index.json";

    /** The name of the file that models had before there were safetensors. */
    public static final String PICKLE = "pytorch_model.bin";

    private static final List<String> PICKLES = List.of(PICKLE, PICKLE + ".index.json");

    private final Path file;
    private final Map<Path, SafetensorsReader> readers;
    private final Map<String, Path> places;

    private ModelWeights(Path file, Map<Path, SafetensorsReader> readers, Map<String, Path> places) {
        this.file = file;
        this.readers = readers;
        this.places = places;
    }

    /**
     * The file that has the weights or says where they are.
     *
     * @throws CheckpointException saying what is missing, and what to do where the weights have another form
     */
    public static Path locate(Path model) {
        return model.resolve(nameOf(ModelFiles.in(model)));
    }

    private static String nameOf(ModelFiles model) {
        for (String name : List.of(SINGLE, INDEX)) {
            if (model.has(name)) {
                return name;
            }
        }
        Path single = model.path(SINGLE);
        for (String pickle : PICKLES) {
            if (model.has(pickle)) {
                throw new CheckpointException(single, "file is missing; " + whyNotRead(pickle));
            }
        }
        throw new CheckpointException(single, "file is missing");
    }

    /** Why weights in a pickle are not read, and what to do, for people. */
    public static String whyNotRead(String pickle) {
        return pickle
                + ", a Python pickle, which can run any code when it is read, and so is never read here. transformers"
                + " makes a " + SINGLE
                + " of it: python -c \"from transformers import AutoModelForTokenClassification as M;"
                + " M.from_pretrained('FOLDER').save_pretrained('FOLDER')\"";
    }

    /** @throws CheckpointException naming the file that is missing or damaged */
    public static ModelWeights open(Path model) {
        return open(ModelFiles.in(model));
    }

    /** As {@link #open(Path)}. */
    public static ModelWeights open(ModelFiles model) {
        String name = nameOf(model);
        if (name.equals(SINGLE)) {
            return of(SafetensorsReader.of(model.open(name)), model.path(name));
        }
        Path file = model.path(name);
        Map<Path, SafetensorsReader> readers = new LinkedHashMap<>();
        ModelWeights weights = new ModelWeights(file, readers, places(model, INDEX));
        try {
            weights.places
                    .values()
                    .forEach(part -> readers.computeIfAbsent(
                            part,
                            any -> SafetensorsReader.of(
                                    model.open(part.getFileName().toString()))));
            weights.requireAsIndexed();
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
        return weights;
    }

    private void requireAsIndexed() {
        places.forEach((name, part) -> {
            if (!readers.get(part).names().contains(name)) {
                throw new CheckpointException(part, "has no tensor '" + name + "', which " + INDEX + " sees in it");
            }
        });
        readers.forEach((part, reader) -> reader.names().forEach(name -> {
            Path place = places.getOrDefault(name, part);
            if (!place.equals(part)) {
                throw new CheckpointException(
                        part,
                        "has the tensor '" + name + "', which " + INDEX + " sees in " + place.getFileName()
                                + ": there are two of it");
            }
        }));
    }

    /** @throws CheckpointException naming the file where it is missing or damaged */
    public static ModelWeights ofFile(Path safetensors) {
        return of(SafetensorsReader.open(safetensors), safetensors);
    }

    private static ModelWeights of(SafetensorsReader reader, Path safetensors) {
        Map<String, Path> places = new LinkedHashMap<>();
        reader.names().forEach(name -> places.put(name, safetensors));
        return new ModelWeights(safetensors, Map.of(safetensors, reader), places);
    }

    /**
     * The names of the files that an index tells of, in alphabetical order; each is one of the index's own folder.
     *
     * @throws CheckpointException where it is missing or damaged
     */
    public static List<String> parts(Path index) {
        return parts(
                ModelFiles.in(index.toAbsolutePath().getParent()),
                index.getFileName().toString());
    }

    private static List<String> parts(ModelFiles model, String index) {
        return places(model, index).values().stream()
                .map(part -> part.getFileName().toString())
                .distinct()
                .sorted()
                .toList();
    }

    /** The names of the files that have the weights. */
    private static List<String> files(ModelFiles model) {
        String name = nameOf(model);
        return name.equals(SINGLE) ? List.of(name) : parts(model, name);
    }

    /**
     * Bytes of the files that have a model's weights.
     *
     * @throws CheckpointException naming the file that is missing
     */
    public static long bytes(Path model) {
        long bytes = 0;
        for (String name : files(ModelFiles.in(model))) {
            Path file = model.resolve(name);
            try {
                bytes += Files.size(file);
            } catch (IOException e) {
                throw new CheckpointException(file, "cannot be read: " + IoProblem.of(e), e);
            }
        }
        return bytes;
    }

    /**
     * SHA-256 of the file with a model's weights; of several files that of their own ones, in the order of their names.
     *
     * @throws CheckpointException naming the file that is missing or is not what it should be
     */
    public static String sha256(ModelFiles model) {
        List<String> hashes = new ArrayList<>();
        for (String name : files(model)) {
            try (FileContent content = model.open(name)) {
                hashes.add(FileDigest.of(content).sha256());
            }
        }
        return hashes.size() == 1 ? hashes.get(0) : FileDigest.sha256(String.join("\n", hashes));
    }

    private static Map<String, Path> places(ModelFiles model, String name) {
        Path index = model.path(name);
        JsonNode map;
        try {
            map = Json.mapper()
                    .reader()
                    .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .readTree(model.read(name))
                    .path("weight_map");
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    index, "is not readable JSON: " + JsonProblem.of(e).message(), e);
        } catch (IOException e) {
            throw new CheckpointException(index, "cannot be read: " + IoProblem.of(e), e);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new CheckpointException(index, "has no weight_map");
        }
        Map<String, Path> places = new LinkedHashMap<>();
        map.properties().forEach(entry -> {
            String part = entry.getValue().asText();
            // Nothing outside of the model's folder is opened on a file's word.
            if (!entry.getValue().isTextual() || !part.matches("\\w[\\w.-]*\\.safetensors")) {
                throw new CheckpointException(
                        index, "says that tensor '" + entry.getKey() + "' is in " + entry.getValue());
            }
            places.put(entry.getKey(), index.resolveSibling(part));
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

    /** @throws CheckpointException when there is no such tensor, or it is larger than 2 GiB */
    public TensorView tensor(String name) {
        return Optional.ofNullable(places.get(name))
                .map(readers::get)
                .orElseThrow(() -> new CheckpointException(file, "has no tensor '" + name + "'"))
                .tensor(name);
    }

    /** Closes the files; tensors already handed out cannot be read any more. */
    @Override
    public void close() {
        readers.values().forEach(SafetensorsReader::close);
    }
}
