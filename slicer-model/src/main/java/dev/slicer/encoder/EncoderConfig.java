package dev.slicer.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.ModelConfig;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.io.IoProblem;
import dev.slicer.json.JsonProblem;
import dev.slicer.labels.LabelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sizes of an encoder, read from a HuggingFace {@code config.json}.
 *
 * @param maxPositions rows of the position table
 * @param positionOffset position of the first sub-token: 0 for BERT, padding id + 1 for RoBERTa and XLM-R
 * @param labels empty for a plain encoder
 */
public record EncoderConfig(
        Architecture architecture,
        int hiddenSize,
        int layers,
        int heads,
        int intermediateSize,
        int vocabularySize,
        int maxPositions,
        int positionOffset,
        double layerNormEpsilon,
        Optional<LabelSet> labels) {

    /** Families that share the computation and differ in names and position numbering. */
    public enum Architecture {
        BERT("bert", "BertForTokenClassification"),
        ROBERTA("roberta", "RobertaForTokenClassification"),
        XLM_ROBERTA("roberta", "XLMRobertaForTokenClassification");

        private final String prefix;
        private final String tokenClassifier;

        Architecture(String prefix, String tokenClassifier) {
            this.prefix = prefix;
            this.tokenClassifier = tokenClassifier;
        }

        /** The encoder's name within a model with a head. */
        String prefix() {
            return prefix;
        }
    }

    private static final String FILE = "config.json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Sub-tokens that fit into the model's window, special tokens included. */
    public int maxLength() {
        return maxPositions - positionOffset;
    }

    /**
     * Reads {@code config.json} of a model folder.
     *
     * @throws CheckpointException when the file is missing, not JSON, or describes a model this engine does not compute
     */
    public static EncoderConfig read(Path model) {
        return read(ModelFiles.in(model));
    }

    /** As {@link #read(Path)}. */
    public static EncoderConfig read(ModelFiles model) {
        Path file = model.path(FILE);
        JsonNode json = tree(model);
        Architecture architecture = switch (json.path("model_type").asText()) {
            case "bert" -> Architecture.BERT;
            case "roberta", "camembert" -> Architecture.ROBERTA;
            case "xlm-roberta" -> Architecture.XLM_ROBERTA;
            default ->
                throw new CheckpointException(
                        file,
                        "model_type is '" + json.path("model_type").asText()
                                + "', supported are bert, roberta and xlm-roberta");
        };
        // gelu_python is the same function under the name that transformers' plain implementation of it has.
        requireValue(file, json, "hidden_act", "gelu", "gelu_python");
        requireValue(file, json, "position_embedding_type", "absolute");
        EncoderConfig config = new EncoderConfig(
                architecture,
                size(file, json, "hidden_size"),
                size(file, json, "num_hidden_layers"),
                size(file, json, "num_attention_heads"),
                size(file, json, "intermediate_size"),
                size(file, json, "vocab_size"),
                size(file, json, "max_position_embeddings"),
                architecture == Architecture.BERT
                        ? 0
                        : json.path("pad_token_id").asInt(1) + 1,
                json.path("layer_norm_eps").asDouble(1e-12),
                labels(file, json));
        if (config.hiddenSize % config.heads != 0) {
            throw new CheckpointException(
                    file,
                    "hidden_size " + config.hiddenSize + " is not a multiple of num_attention_heads " + config.heads);
        }
        return config;
    }

    /**
     * Writes the {@code config.json} of a token classifier fine-tuned from this encoder: the base model's file with the
     * labels and the architecture's name replaced.
     */
    public void writeTokenClassifier(Path baseModel, LabelSet labelSet, Path target) throws IOException {
        ObjectNode json = (ObjectNode) tree(ModelFiles.in(baseModel));
        json.putArray("architectures").add(architecture.tokenClassifier);
        ModelConfig.declareFloat32(json);
        // Not HuggingFace's: label names alone do not tell IOB2 from IOB1.
        json.put("label_scheme", "IOB2");
        ObjectNode id2label = json.putObject("id2label");
        ObjectNode label2id = json.putObject("label2id");
        for (int i = 0; i < labelSet.size(); i++) {
            id2label.put(Integer.toString(i), labelSet.label(i));
            label2id.put(labelSet.label(i), i);
        }
        Files.writeString(target, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private static JsonNode tree(ModelFiles model) {
        Path file = model.path(FILE);
        if (!model.has(FILE)) {
            throw new CheckpointException(
                    file, "is missing; a model folder has config.json, model.safetensors and tokenizer.json");
        }
        try {
            JsonNode json = MAPPER.readTree(model.read(FILE));
            if (!json.isObject()) {
                throw new CheckpointException(file, "is not a JSON object");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    file, "is not readable JSON: " + JsonProblem.of(e).message(), e);
        } catch (IOException e) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(e), e);
        }
    }

    private static void requireValue(Path file, JsonNode json, String field, String... values) {
        String found = json.path(field).asText(values[0]);
        if (!List.of(values).contains(found)) {
            throw new CheckpointException(file, field + " is '" + found + "', supported is '" + values[0] + "'");
        }
    }

    private static int size(Path file, JsonNode json, String field) {
        int value = json.path(field).asInt(0);
        if (value < 1) {
            throw new CheckpointException(file, field + " is missing or not a positive number");
        }
        return value;
    }

    private static Optional<LabelSet> labels(Path file, JsonNode json) {
        JsonNode map = json.path("id2label");
        if (!map.isObject() || map.isEmpty()) {
            return Optional.empty();
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < map.size(); i++) {
            JsonNode label = map.path(Integer.toString(i));
            if (!label.isTextual()) {
                throw new CheckpointException(file, "id2label has " + map.size() + " entries but none for " + i);
            }
            labels.add(label.asText());
        }
        try {
            return Optional.of(new LabelSet(labels));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file, "id2label: " + e.getMessage(), e);
        }
    }
}
