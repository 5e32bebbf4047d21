package dev.slicer.checkpoint.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What lies beside a vocabulary: {@code tokenizer_config.json}, and the files whose place it has taken, {@code
 * special_tokens_map.json} and {@code added_tokens.json}, which count where it has no {@code added_tokens_decoder}.
 *
 * @param file {@code tokenizer_config.json}
 * @param present whether there is one
 * @param json with the special tokens' names
 * @param listed the added tokens that are listed, in the order of their ids
 * @param modelClass the class that {@code config.json} names or stands for
 * @param rows of the model's word embeddings, empty where {@code config.json} does not say
 */
record TokenizerSettings(
        Path file, boolean present, ObjectNode json, List<ListedToken> listed, String modelClass, OptionalInt rows) {
    private static final String FILE = "tokenizer_config.json";
    private static final String ADDED = "added_tokens.json";
    private static final String DECODER = "added_tokens_decoder";
    private static final String FAST = "Fast";

    private static final Map<String, String> CLASS_OF_MODEL = Map.of(
            "bert", "BertTokenizer",
            "roberta", "RobertaTokenizer",
            "camembert", "CamembertTokenizer",
            "xlm-roberta", "XLMRobertaTokenizer");

    /** In the order in which transformers adds those that a vocabulary lacks. */
    private static final List<String> USES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /**
     * A token and the id that a file says it has.
     *
     * @param file that says it
     */
    record ListedToken(Path file, int id, AddedToken token) {}

    /** @throws CheckpointException naming the file that is damaged */
    static TokenizerSettings read(ModelFiles model) {
        Path file = model.path(FILE);
        Optional<ObjectNode> found = object(model, FILE);
        ObjectNode json = found.orElseGet(Json.mapper()::createObjectNode);
        List<ListedToken> listed = new ArrayList<>();
        if (json.path(DECODER).isObject()) {
            json.path(DECODER)
                    .properties()
                    .forEach(entry -> listed.add(new ListedToken(
                            file, id(file, entry.getKey(), entry.getValue()), AddedToken.of(entry.getValue()))));
        } else {
            object(model, "special_tokens_map.json").ifPresent(json::setAll);
            Path added = model.path(ADDED);
            List<String> special = new ArrayList<>();
            special(json).values().forEach(token -> special.add(token.content()));
            object(model, ADDED)
                    .ifPresent(tokens -> tokens.properties()
                            .forEach(entry -> listed.add(new ListedToken(
                                    added,
                                    id(added, entry.getValue().asText(), entry.getValue()),
                                    special.contains(entry.getKey())
                                            ? AddedToken.special(entry.getKey())
                                            : AddedToken.plain(entry.getKey())))));
        }
        listed.sort((one, other) -> Integer.compare(one.id(), other.id()));
        ObjectNode config = object(model, "config.json").orElseGet(Json.mapper()::createObjectNode);
        int rows = config.path("vocab_size").asInt(0);
        return new TokenizerSettings(
                file,
                found.isPresent(),
                json,
                listed,
                config.path("tokenizer_class")
                        .asText(CLASS_OF_MODEL.getOrDefault(
                                config.path("model_type").asText(""), "")),
                rows > 0 ? OptionalInt.of(rows) : OptionalInt.empty());
    }

    /** Of a tokenizer without anything beside it. */
    static TokenizerSettings none(Path folder) {
        return new TokenizerSettings(
                folder.resolve(FILE), false, Json.mapper().createObjectNode(), List.of(), "", OptionalInt.empty());
    }

    private static int id(Path file, String text, JsonNode where) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new CheckpointException(file, "has the id '" + text + "' for " + where);
        }
        return Integer.parseInt(text);
    }

    private static Optional<ObjectNode> object(ModelFiles model, String name) {
        if (!model.has(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.mapper().readValue(model.read(name), ObjectNode.class));
        } catch (IOException e) {
            throw new CheckpointException(model.path(name), "is not a readable JSON object: " + e.getMessage(), e);
        }
    }

    boolean hasDecoder() {
        return json.path(DECODER).isObject();
    }

    /** The class of transformers that reads the tokenizer, without the ending of those in Rust; may be empty. */
    String tokenizerClass() {
        String name = json.path("tokenizer_class").asText(modelClass);
        return name.endsWith(FAST) ? name.substring(0, name.length() - FAST.length()) : name;
    }

    /** The file that names it. */
    Path classFile() {
        return json.path("tokenizer_class").isTextual() ? file : file.resolveSibling("config.json");
    }

    /** @throws CheckpointException where the file says something else than true or false */
    boolean flag(String field, boolean otherwise) {
        JsonNode value = json.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new CheckpointException(file, "has the " + field + " " + value + ", which is neither true nor false");
        }
        return value.asBoolean(otherwise);
    }

    /** As {@link #flag}, where nothing and null leave it open. */
    Optional<Boolean> flag(String field) {
        return json.path(field).isNull() || json.path(field).isMissingNode()
                ? Optional.empty()
                : Optional.of(flag(field, true));
    }

    /** The special tokens by the name of their use, such as {@code cls_token}. */
    Map<String, AddedToken> special() {
        return special(json);
    }

    private static Map<String, AddedToken> special(ObjectNode json) {
        Map<String, AddedToken> special = new LinkedHashMap<>();
        USES.forEach(use -> putToken(special, use, json.path(use)));
        json.properties().stream()
                .filter(field -> field.getKey().endsWith("_token"))
                .forEach(field -> putToken(special, field.getKey(), field.getValue()));
        for (String list : List.of("additional_special_tokens", "extra_special_tokens")) {
            for (JsonNode token : json.path(list)) {
                putToken(special, list + special.size(), token);
            }
        }
        return special;
    }

    private static void putToken(Map<String, AddedToken> special, String use, JsonNode token) {
        if (token.isTextual()) {
            special.put(use, AddedToken.special(token.textValue()));
        } else if (token.has("content")) {
            special.put(use, AddedToken.of(((ObjectNode) token.deepCopy()).put("special", true)));
        }
    }

    /** Whether a special token is explicitly none. */
    boolean isNull(String special) {
        return json.path(special).isNull();
    }
}
