package dev.slicer.tokenization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.slicer.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The {@code added_tokens} of a {@code tokenizer.json}; read as a stream, for the vocabulary beside them is large. */
record AddedTokens(Path file, Map<String, Integer> ids) {
    /** A vocabulary's entries are names that are seen once: not worth a symbol table. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    static AddedTokens read(Path file) {
        // From characters: Jackson's parser of bytes refuses escaped surrogate pairs in names, which vocabularies have.
        try (Reader reader = Files.newBufferedReader(file);
                JsonParser parser = FACTORY.createParser(reader)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CheckpointException(file, "no tokenizer: expected a JSON object");
            }
            Map<String, Integer> ids = new HashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean added = parser.currentName().equals("added_tokens");
                if (parser.nextToken() == JsonToken.START_ARRAY && added) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        readToken(parser, ids);
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return new AddedTokens(file, ids);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file, "no tokenizer: not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException(file, "can't be read: " + e.getMessage(), e);
        }
    }

    private static void readToken(JsonParser parser, Map<String, Integer> ids) throws IOException {
        int id = -1;
        String content = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "id" -> id = parser.getIntValue();
                case "content" -> content = parser.getText();
                default -> parser.skipChildren();
            }
        }
        ids.put(content, id);
    }

    /** The id of the first of these spellings that there is. */
    OptionalInt id(String... spellings) {
        for (String spelling : spellings) {
            if (ids.containsKey(spelling)) {
                return OptionalInt.of(ids.get(spelling));
            }
        }
        return OptionalInt.empty();
    }

    int required(String... spellings) {
        return id(spellings)
                .orElseThrow(() ->
                        new CheckpointException(file, "none of its added tokens is " + String.join(" or ", spellings)));
    }
}
