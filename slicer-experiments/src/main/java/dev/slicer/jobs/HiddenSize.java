package dev.slicer.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The d of a model, as its {@code config.json} says. */
final class HiddenSize {
    private HiddenSize() {}

    static int of(Path model) {
        Path config = model.resolve("config.json");
        try {
            JsonNode size = Json.mapper().readTree(Files.readAllBytes(config)).path("hidden_size");
            if (!size.canConvertToInt()) {
                throw new CheckpointException(config, "has no hidden_size");
            }
            return size.intValue();
        } catch (IOException e) {
            throw new CheckpointException(config, "cannot be read: " + e.getMessage(), e);
        }
    }
}
