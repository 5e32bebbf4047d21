package dev.slicer.checkpoint.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;

/**
 * A token that is found in a text before the text is broken into sub-tokens.
 *
 * @param singleWord not within a longer word
 * @param lstrip with the blanks before it
 * @param rstrip with the blanks after it
 * @param normalized in the text as it is after lowering letters and the like
 */
public record AddedToken(
        String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {

    public static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    static AddedToken plain(String content) {
        return new AddedToken(content, false, false, false, true, false);
    }

    /** As transformers has it of a text, or of an object with what differs from a plain token. */
    static AddedToken of(JsonNode json) {
        if (json.isTextual()) {
            return special(json.textValue());
        }
        boolean special = json.path("special").asBoolean(false);
        return new AddedToken(
                json.path("content").asText(),
                json.path("single_word").asBoolean(false),
                json.path("lstrip").asBoolean(false),
                json.path("rstrip").asBoolean(false),
                json.path("normalized").asBoolean(!special),
                special);
    }

    ObjectNode json(int id) {
        return Json.mapper()
                .createObjectNode()
                .put("id", id)
                .put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", lstrip)
                .put("rstrip", rstrip)
                .put("normalized", normalized)
                .put("special", special);
    }
}
