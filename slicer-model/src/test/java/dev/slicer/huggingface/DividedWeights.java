package dev.slicer.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Divides the weights of a model folder, in fp32, into two files, as transformers does with those of large models. */
public final class DividedWeights {
    private DividedWeights() {}

    /** In place of the single file. */
    public static Path divide(Path model) throws IOException {
        Path single = model.resolve(ModelWeights.SINGLE);
        ObjectNode index = Json.mapper().createObjectNode();
        index.putObject("metadata").put("total_size", Files.size(single));
        ObjectNode places = index.putObject("weight_map");
        try (SafetensorsReader reader = SafetensorsReader.open(single)) {
            List<String> names = List.copyOf(reader.names());
            List<List<String>> parts =
                    List.of(names.subList(0, names.size() / 2), names.subList(names.size() / 2, names.size()));
            for (int i = 0; i < parts.size(); i++) {
                String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, parts.size());
                parts.get(i).forEach(tensor -> places.put(tensor, name));
                write(reader, parts.get(i), model.resolve(name));
            }
        }
        Files.delete(single);
        Files.writeString(model.resolve(ModelWeights.INDEX), index.toString());
        return model;
    }

    private static void write(SafetensorsReader reader, List<String> names, Path file) {
        List<SafetensorsWriter.Entry> entries = names.stream()
                .map(name ->
                        new SafetensorsWriter.Entry(name, reader.tensor(name).shape()))
                .toList();
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, entries)) {
            names.forEach(name -> writer.write(name, reader.tensor(name).data()));
            writer.finish();
        }
    }
}
