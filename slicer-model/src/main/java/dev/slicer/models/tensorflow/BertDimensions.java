package dev.slicer.models.tensorflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The sizes of a BERT encoder, read off its weights. */
record BertDimensions(long vocabulary, long hidden, long layers, long intermediate, long positions, long tokenTypes) {
    /** All of Google's BERT models have heads of this size (Devlin et al. 2019, Section 3: 768/12, 1024/16). */
    private static final int HEAD_SIZE = 64;

    /** @throws FormatException when a weight is missing, not BERT's or of another shape than the rest demands */
    static BertDimensions of(Map<String, long[]> shapes) {
        long[] words = shape(shapes, "bert.embeddings.word_embeddings.weight");
        long[] positions = shape(shapes, "bert.embeddings.position_embeddings.weight");
        long[] types = shape(shapes, "bert.embeddings.token_type_embeddings.weight");
        long[] inner = shape(shapes, "bert.encoder.layer.0.intermediate.dense.weight");
        int layers = 1;
        while (shapes.containsKey("bert.encoder.layer." + layers + ".intermediate.dense.weight")) {
            layers++;
        }
        BertDimensions dimensions = new BertDimensions(words[0], words[1], layers, inner[0], positions[0], types[0]);
        dimensions.check(shapes);
        return dimensions;
    }

    ObjectNode config() {
        ObjectNode config = Json.mapper().createObjectNode();
        config.putArray("architectures").add("BertModel");
        config.put("model_type", "bert")
                .put("vocab_size", vocabulary)
                .put("hidden_size", hidden)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", Math.max(1, hidden / HEAD_SIZE))
                .put("intermediate_size", intermediate)
                .put("hidden_act", "gelu")
                .put("hidden_dropout_prob", 0.1)
                .put("attention_probs_dropout_prob", 0.1)
                .put("max_position_embeddings", positions)
                .put("type_vocab_size", tokenTypes)
                .put("initializer_range", 0.02)
                .put("layer_norm_eps", 1e-12)
                .put("position_embedding_type", "absolute")
                .put("pad_token_id", 0)
                .put("torch_dtype", "float32");
        return config;
    }

    private void check(Map<String, long[]> shapes) {
        Map<String, long[]> expected = expected();
        expected.forEach((name, shape) -> {
            if (!Arrays.equals(shape, shape(shapes, name))) {
                throw new FormatException("weight " + name + " has shape " + Arrays.toString(shapes.get(name))
                        + " where " + Arrays.toString(shape) + " was expected");
            }
        });
        shapes.keySet().stream()
                .filter(name -> !expected.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new FormatException("weight " + name + " is none of BERT's");
                });
    }

    private Map<String, long[]> expected() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("bert.embeddings.word_embeddings.weight", new long[] {vocabulary, hidden});
        shapes.put("bert.embeddings.position_embeddings.weight", new long[] {positions, hidden});
        shapes.put("bert.embeddings.token_type_embeddings.weight", new long[] {tokenTypes, hidden});
        normalization(shapes, "bert.embeddings.LayerNorm");
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "bert.encoder.layer." + layer + ".";
            dense(shapes, prefix + "attention.self.query", hidden, hidden);
            dense(shapes, prefix + "attention.self.key", hidden, hidden);
            dense(shapes, prefix + "attention.self.value", hidden, hidden);
            dense(shapes, prefix + "attention.output.dense", hidden, hidden);
            normalization(shapes, prefix + "attention.output.LayerNorm");
            dense(shapes, prefix + "intermediate.dense", intermediate, hidden);
            dense(shapes, prefix + "output.dense", hidden, intermediate);
            normalization(shapes, prefix + "output.LayerNorm");
        }
        dense(shapes, "bert.pooler.dense", hidden, hidden);
        return shapes;
    }

    private static void dense(Map<String, long[]> shapes, String name, long out, long in) {
        shapes.put(name + ".weight", new long[] {out, in});
        shapes.put(name + ".bias", new long[] {out});
    }

    private void normalization(Map<String, long[]> shapes, String name) {
        shapes.put(name + ".weight", new long[] {hidden});
        shapes.put(name + ".bias", new long[] {hidden});
    }

    private static long[] shape(Map<String, long[]> shapes, String name) {
        return Optional.ofNullable(shapes.get(name))
                .orElseThrow(() -> new FormatException("weight " + name + " is missing"));
    }
}
