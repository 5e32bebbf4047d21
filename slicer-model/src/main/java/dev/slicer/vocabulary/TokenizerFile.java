package dev.slicer.vocabulary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * A {@code tokenizer.json} whose vocabulary can be made smaller: WordPiece (BERT) and Unigram (XLM-R), in which what a word
 * breaks into depends on no sub-token that is not a part of it. Byte-pair encoding has no such independence.
 */
final class TokenizerFile {
    private static final String CONTINUED = "##";
    private static final String WORD_START = "\u2581";

    private final Path file;
    private final ObjectNode root;
    private final String[] tokens;

    private TokenizerFile(Path file, ObjectNode root, String[] tokens) {
        this.file = file;
        this.root = root;
        this.tokens = tokens;
    }

    /** @throws CheckpointException naming the file that is missing, damaged or of another kind */
    static TokenizerFile read(ModelFiles model) {
        TokenizerFiles files = TokenizerFiles.read(model);
        ObjectNode root = files.json();
        return new TokenizerFile(files.file(), root, tokens(files.file(), root.path("model")));
    }

    private static String[] tokens(Path file, JsonNode model) {
        String type = model.path("type").asText("none");
        JsonNode vocabulary = model.path("vocab");
        String[] tokens = new String[vocabulary.size()];
        if (type.equals("WordPiece") && vocabulary.isObject()) {
            vocabulary.properties().forEach(entry -> {
                int id = entry.getValue().asInt(-1);
                if (id < 0 || id >= tokens.length || tokens[id] != null) {
                    throw new CheckpointException(
                            file, "gives the sub-token '" + entry.getKey() + "' the id " + entry.getValue());
                }
                tokens[id] = entry.getKey();
            });
        } else if (type.equals("Unigram") && vocabulary.isArray()) {
            for (int id = 0; id < tokens.length; id++) {
                tokens[id] = vocabulary.get(id).path(0).asText();
            }
        } else {
            throw new CheckpointException(
                    file, "has a " + type + " model; only WordPiece and Unigram vocabularies can be trimmed");
        }
        return tokens;
    }

    int size() {
        return tokens.length;
    }

    /** The characters that a sub-token stands for, without marks of where in a word it stands. */
    String characters(int id) {
        String token = tokens[id];
        if (root.path("model").path("type").asText().equals("WordPiece")) {
            return token.startsWith(CONTINUED) && token.length() > CONTINUED.length()
                    ? token.substring(CONTINUED.length())
                    : token;
        }
        return token.startsWith(WORD_START) && token.length() > WORD_START.length()
                ? token.substring(WORD_START.length())
                : token;
    }

    /** Ids that mean something by themselves: special tokens, the unknown one, and all before the padding's. */
    BitSet special() {
        BitSet special = new BitSet();
        for (JsonNode added : root.path("added_tokens")) {
            special.set(added.path("id").asInt());
        }
        JsonNode unknown = root.path("model").path("unk_id");
        if (unknown.isInt()) {
            special.set(unknown.asInt());
        }
        return special;
    }

    /**
     * Writes the tokenizer with the sub-tokens kept alone, numbered anew in their old order.
     *
     * @param kept holds at least {@link #special}
     */
    void write(BitSet kept, Path target) {
        ObjectNode trimmed = root.deepCopy();
        ObjectNode model = (ObjectNode) trimmed.get("model");
        int[] ids = newIds(kept);
        if (model.path("vocab").isObject()) {
            ObjectNode vocabulary = model.putObject("vocab");
            kept.stream().filter(id -> id < tokens.length).forEach(id -> vocabulary.put(tokens[id], ids[id]));
        } else {
            ArrayNode old = (ArrayNode) root.path("model").path("vocab");
            ArrayNode vocabulary = model.putArray("vocab");
            kept.stream().filter(id -> id < tokens.length).forEach(id -> vocabulary.add(old.get(id)));
            model.put("unk_id", ids[model.path("unk_id").asInt()]);
        }
        for (JsonNode added : trimmed.path("added_tokens")) {
            ((ObjectNode) added).put("id", ids[added.path("id").asInt()]);
        }
        renumberProcessor(trimmed.path("post_processor"), ids);
        try (Writer writer = Files.newBufferedWriter(target)) {
            Json.mapper().writeValue(writer, trimmed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By old id; beyond the vocabulary there may be tokens that were added later. */
    static int[] newIds(BitSet kept) {
        int[] ids = new int[kept.length()];
        int next = 0;
        for (int id = kept.nextSetBit(0); id >= 0; id = kept.nextSetBit(id + 1)) {
            ids[id] = next++;
        }
        return ids;
    }

    private void renumberProcessor(JsonNode processor, int[] ids) {
        switch (processor.path("type").asText("none")) {
            case "none" -> {}
            case "TemplateProcessing" -> {
                for (JsonNode token : processor.path("special_tokens")) {
                    ArrayNode list = (ArrayNode) token.get("ids");
                    for (int i = 0; i < list.size(); i++) {
                        list.set(i, IntNode.valueOf(ids[list.get(i).asInt()]));
                    }
                }
            }
            case "BertProcessing", "RobertaProcessing" -> {
                for (String end : List.of("cls", "sep")) {
                    ArrayNode token = (ArrayNode) processor.get(end);
                    token.set(1, IntNode.valueOf(ids[token.get(1).asInt()]));
                }
            }
            case "Sequence" -> processor.path("processors").forEach(one -> renumberProcessor(one, ids));
            default ->
                throw new CheckpointException(
                        file,
                        "has a post_processor of type " + processor.path("type").asText());
        }
    }
}
