package dev.slicer.encoder;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;

/** A BERT small enough to be fine-tuned within a test, random, with a tokenizer of 1,500 sub-tokens. */
public final class TinyModel {
    public static final int HIDDEN_SIZE = 32;
    /** Sub-tokens in the model's window, special tokens included. */
    public static final int WINDOW = 48;

    private static final int VOCABULARY = 1500;

    private TinyModel() {}

    public static Path write(Path folder) throws IOException {
        writeFiles(folder);
        writeWeights(EncoderConfig.read(folder), 0, folder.resolve("model.safetensors"), name -> false);
        return folder;
    }

    private static void writeFiles(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "bert", "architectures": ["BertModel"], "hidden_size": %d, "num_hidden_layers": 2,
                 "num_attention_heads": 4, "intermediate_size": 64, "vocab_size": %d, "max_position_embeddings": %d,
                 "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 0}
                """.formatted(HIDDEN_SIZE, VOCABULARY, WINDOW));
        try (InputStream tokenizer =
                TinyModel.class.getResourceAsStream("/dev/slicer/tokenization/wordpiece/tokenizer.json")) {
            Files.copy(Objects.requireNonNull(tokenizer), folder.resolve("tokenizer.json"));
        }
    }

    /**
     * A token classifier to which a sub-token says the same wherever it stands: positions and attention count for nothing.
     *
     * @param window sub-tokens in the model's window, special tokens included
     */
    public static Path writeContextFree(Path folder, LabelSet labels, int window) throws IOException {
        writeFiles(folder);
        Path config = folder.resolve("config.json");
        ObjectNode json = (ObjectNode) Json.mapper().readTree(config.toFile());
        json.put("max_position_embeddings", window);
        ObjectNode id2label = json.putObject("id2label");
        for (int i = 0; i < labels.size(); i++) {
            id2label.put(Integer.toString(i), labels.label(i));
        }
        Json.mapper().writeValue(config.toFile(), json);
        writeWeights(
                EncoderConfig.read(folder),
                labels.size(),
                folder.resolve("model.safetensors"),
                name -> name.contains("position_embeddings") || name.contains("attention.output.dense"));
        return folder;
    }

    private static void writeWeights(EncoderConfig config, int labels, Path file, Predicate<String> zero) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (ParameterLayout.Slot slot : ParameterLayout.of(config, Math.max(1, labels))) {
            for (String name : slot.names()) {
                if (labels > 0 || !name.startsWith("classifier")) {
                    long[] shape = slot.partShape();
                    shape[0] = shape[0] < 0 ? 2 : shape[0];
                    entries.add(new SafetensorsWriter.Entry(name, shape));
                }
            }
        }
        Random random = new Random(7);
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, entries)) {
            for (SafetensorsWriter.Entry entry : entries) {
                float[] values = new float[(int) Arrays.stream(entry.shape()).reduce(1, (a, b) -> a * b)];
                boolean scale = entry.name().endsWith("LayerNorm.weight");
                double spread = entry.name().startsWith("classifier") ? 1 : 0.1;
                for (int i = 0; i < values.length && !zero.test(entry.name()); i++) {
                    values[i] = scale ? 1 : (float) (random.nextGaussian() * spread);
                }
                writer.write(entry.name(), values);
            }
            writer.finish();
        }
    }
}
