package dev.slicer.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keys that a service accepts: a JSON object on each line; blank lines and those that begin with # say nothing. */
public final class KeyFile {
    /** Some thousand keys. */
    private static final long MOST_BYTES = 1024 * 1024;

    /** A field that was misspelt must not be ignored: it may be the one with which the key ends. */
    private static final ObjectReader READER =
            Json.mapper().readerFor(KeyEntry.class).with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Map<String, KeyEntry> byId;

    private KeyFile(Map<String, KeyEntry> byId) {
        this.byId = byId;
    }

    public static KeyFile read(Path file) throws KeyFileException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new KeyFileException(file + " is larger than " + MOST_BYTES + " bytes");
            }
            Map<String, KeyEntry> keys = new TreeMap<>();
            int number = 0;
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                KeyEntry entry = entry(line, file + ", line " + number);
                if (keys.put(entry.id(), entry) != null) {
                    throw new KeyFileException(file + ", line " + number + ": the id is that of an earlier line");
                }
            }
            return new KeyFile(keys);
        } catch (IOException e) {
            throw new KeyFileException(file + " cannot be read: " + IoProblem.of(e), e);
        }
    }

    private static KeyEntry entry(String line, String where) throws KeyFileException {
        try {
            return READER.readValue(line);
        } catch (UnrecognizedPropertyException e) {
            throw new KeyFileException(where + ": there is no field " + e.getPropertyName(), e);
        } catch (JsonProcessingException e) {
            throw new KeyFileException(where + ": " + JsonProblem.ofLine(e).message(), e);
        }
    }

    /** The entry that the key has; empty for one that is unknown, wrong or at its end. */
    public Optional<KeyEntry> find(ApiKey key, Instant now) {
        return Optional.ofNullable(byId.get(key.id()))
                .filter(entry -> entry.matches(key))
                .filter(entry -> entry.isValidAt(now));
    }

    public List<KeyEntry> entries() {
        return List.copyOf(byId.values());
    }
}
