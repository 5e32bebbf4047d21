package dev.slicer.encoder;

import dev.slicer.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** A BERT small enough to be fine-tuned within a test, random, with a tokenizer of 1,500 sub-tokens. */
public final class TinyModel {
    public static final int HIDDEN_SIZE = 32;
    /** Sub-tokens in the model's window, special tokens included. */
    public static final int WINDOW = 48;

    private static final int VOCABULARY = 1500;

    private TinyModel() {}

    public static Path write(Path folder) throws IOException {
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
        writeWeights(EncoderConfig.read(folder), folder.resolve("model.safetensors"));
        return folder;
    }

    private static void writeWeights(EncoderConfig config, Path file) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (ParameterLayout.Slot slot : ParameterLayout.of(config, 1)) {
            for (String name : slot.names()) {
                if (!name.startsWith("classifier")) {
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
                for (int i = 0; i < values.length; i++) {
                    values[i] = scale ? 1 : (float) (random.nextGaussian() * 0.1);
                }
                writer.write(entry.name(), values);
            }
            writer.finish();
        }
    }
}
