package dev.slicer.events;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** An event as it is written: {@code events/training-request.json}, and others of its kind behind a dot. */
record Golden(Class<? extends Event> event, Path file) {

    @SuppressWarnings("unchecked")
    static Stream<Golden> all() {
        return Arrays.stream(Event.class.getPermittedSubclasses()).flatMap(type -> {
            Class<? extends Event> event = (Class<? extends Event>) type;
            String name = Event.schemaOf(event).replaceAll("schemas/|schema\\.json", "");
            try (Stream<Path> files = Files.list(folder())) {
                return files
                        .filter(file -> file.getFileName().toString().startsWith(name))
                        .sorted()
                        .map(file -> new Golden(event, file))
                        .toList()
                        .stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    byte[] bytes() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode json() {
        try {
            return Json.mapper().readTree(bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return file.getFileName().toString();
    }

    private static Path folder() {
        try {
            return Path.of(Golden.class.getResource("/events").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
