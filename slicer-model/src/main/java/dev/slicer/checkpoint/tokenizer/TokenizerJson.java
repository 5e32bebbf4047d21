package dev.slicer.checkpoint.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A {@code tokenizer.json}, read as a stream: a tree of a large vocabulary takes ten times the file's size.
 *
 * @param root without the model's vocabulary and merges
 * @param vocabulary ids of the sub-tokens
 * @param size entries of the vocabulary, which a Unigram vocabulary may have several of for one sub-token
 */
record TokenizerJson(ObjectNode root, Map<String, Integer> vocabulary, int size) {
    /** A vocabulary's entries are names that are seen once: not worth a symbol table. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private static final ObjectReader SUBTREES =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** @throws CheckpointException naming the file where it is missing or no tokenizer */
    static TokenizerJson read(ModelFiles model, String name) {
        Path file = model.path(name);
        if (!model.has(name)) {
            throw new CheckpointException(file, "no such file");
        }
        // From characters: Jackson's parser of bytes refuses escaped surrogate pairs in names, which vocabularies have.
        try (Reader reader = characters(model.read(name));
                JsonParser parser = FACTORY.createParser(reader)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CheckpointException(file, "no tokenizer: expected a JSON object");
            }
            ObjectNode root = Json.mapper().createObjectNode();
            Vocabulary vocabulary = new Vocabulary(file, new HashMap<>());
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                if (parser.nextToken() == JsonToken.START_OBJECT && field.equals("model")) {
                    root.set(field, model(parser, vocabulary));
                } else {
                    root.set(field, SUBTREES.readTree(parser));
                }
            }
            return new TokenizerJson(root, vocabulary.ids, vocabulary.size);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    file, "no tokenizer: not JSON: " + JsonProblem.of(e).message(), e);
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file, "no tokenizer: not UTF-8", e);
        } catch (IOException e) {
            throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
        }
    }

    /** Of a text in UTF-8; reading others ends with a {@link CharacterCodingException}. */
    static Reader characters(byte[] text) {
        return new InputStreamReader(new ByteArrayInputStream(text), StandardCharsets.UTF_8.newDecoder());
    }

    private static ObjectNode model(JsonParser parser, Vocabulary vocabulary) throws IOException {
        ObjectNode model = Json.mapper().createObjectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "vocab" -> {
                    if (value == JsonToken.START_OBJECT) {
                        vocabulary.readObject(parser);
                    } else if (value == JsonToken.START_ARRAY) {
                        vocabulary.readArray(parser);
                    }
                }
                case "merges" -> parser.skipChildren();
                default -> model.set(field, SUBTREES.readTree(parser));
            }
        }
        return model;
    }

    /** The vocabulary while it is read. */
    private static final class Vocabulary {
        private final Path file;
        private final Map<String, Integer> ids;
        private int size;

        Vocabulary(Path file, Map<String, Integer> ids) {
            this.file = file;
            this.ids = ids;
        }

        /** {@code {"sub-token": id}}. */
        void readObject(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String token = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
                    throw new CheckpointException(
                            file, "gives the sub-token '" + token + "' the id " + parser.getText());
                }
                ids.put(token, parser.getIntValue());
            }
            size = ids.size();
        }

        /** {@code [["sub-token", score]]}: ids are places. */
        void readArray(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw new CheckpointException(file, "has no sub-token at place " + size + " of its vocabulary");
                }
                ids.put(parser.getText(), size++);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    parser.skipChildren();
                }
            }
        }
    }

    String modelType() {
        return root.path("model").path("type").asText("");
    }

    /** The types of a component's parts, of itself where it has none. */
    Set<String> types(String component) {
        Set<String> types = new LinkedHashSet<>();
        collect(root.path(component), types);
        return types;
    }

    private static void collect(JsonNode component, Set<String> types) {
        String type = component.path("type").asText("");
        if (type.equals("Sequence")) {
            component.path("normalizers").forEach(part -> collect(part, types));
            component.path("pretokenizers").forEach(part -> collect(part, types));
        } else if (!type.isEmpty()) {
            types.add(type);
        }
    }
}
