package dev.slicer.vocabulary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.ModelConfig;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.checkpoint.safetensors.TensorType;
import dev.slicer.checkpoint.safetensors.TensorView;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes a model with a part of another one's vocabulary: the rest of the word embeddings, most of a multilingual encoder,
 * is left out. Texts whose sub-tokens were all kept are tagged as before, to the last bit.
 */
public final class VocabularyTrim {
    private static final String CONFIG = "config.json";
    private static final String SPECIAL_TOKENS = "special_tokens_map.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String WORD_EMBEDDINGS = "embeddings.word_embeddings.weight";
    private static final int CHUNK_ELEMENTS = 1 << 16;

    private VocabularyTrim() {}

    /** How the new model's weights are stored. */
    public enum Storage {
        /** As the old ones are. */
        SAME,
        /** Matrices in bfloat16, half the size: the same results where they are computed in bfloat16 anyway. */
        BF16
    }

    /**
     * Writes the smaller model.
     *
     * @param model in HuggingFace's layout
     * @param kept ids of the sub-tokens to keep, as of {@link NeededSubTokens#ids}
     * @param output a new folder, which appears whole or not at all
     * @throws CheckpointException naming the file that is missing, damaged or of another kind, or when the output exists or
     *     cannot be written
     */
    public static void write(ModelFiles model, BitSet kept, Storage storage, Path output) {
        if (Files.exists(output)) {
            throw new CheckpointException(output, "exists already");
        }
        TokenizerFile tokenizer = TokenizerFile.read(model);
        try (StagedFolder staged = StagedFolder.beside(output);
                ModelWeights weights = ModelWeights.open(model)) {
            tokenizer.write(kept, staged.path().resolve(TokenizerFiles.TOKENIZER));
            writeTokenizerConfig(model, kept, staged.path());
            writeConfig(model, kept, storage, staged.path());
            writeWeights(weights, kept, storage, staged.path().resolve(ModelWeights.SINGLE));
            staged.publish();
        } catch (IOException e) {
            throw new CheckpointException(output, "cannot be written: " + IoProblem.of(e), e);
        }
    }

    private static ObjectNode json(ModelFiles model, String name) {
        try {
            return Json.mapper().readValue(model.read(name), ObjectNode.class);
        } catch (IOException e) {
            throw new CheckpointException(model.path(name), "is not a readable JSON object: " + e.getMessage(), e);
        }
    }

    private static void write(ObjectNode json, Path file) throws IOException {
        Files.write(file, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    private static void writeConfig(ModelFiles model, BitSet kept, Storage storage, Path target) throws IOException {
        ObjectNode config = json(model, CONFIG);
        int[] ids = TokenizerFile.newIds(kept);
        config.put("vocab_size", kept.cardinality());
        for (String field : List.of("pad_token_id", "bos_token_id", "eos_token_id")) {
            if (config.path(field).isInt()) {
                config.put(field, newId(model, field, config.path(field).intValue(), kept, ids));
            }
        }
        // RoBERTa counts positions from the padding's id.
        if (config.path("pad_token_id").intValue()
                != json(model, CONFIG).path("pad_token_id").intValue()) {
            throw new CheckpointException(model.path(CONFIG), "has a pad_token_id behind sub-tokens that can go");
        }
        if (storage == Storage.BF16) {
            ModelConfig.declareFloat32(config);
        }
        write(config, target.resolve(CONFIG));
    }

    private static int newId(ModelFiles model, String field, int id, BitSet kept, int[] ids) {
        if (!kept.get(id)) {
            throw new CheckpointException(
                    model.path(CONFIG), "has the " + field + " " + id + ", which is no special token");
        }
        return ids[id];
    }

    private static void writeTokenizerConfig(ModelFiles model, BitSet kept, Path target) throws IOException {
        if (model.has(SPECIAL_TOKENS)) {
            Files.write(target.resolve(SPECIAL_TOKENS), model.read(SPECIAL_TOKENS));
        }
        if (!model.has(TOKENIZER_CONFIG)) {
            return;
        }
        ObjectNode config = json(model, TOKENIZER_CONFIG);
        JsonNode added = config.path("added_tokens_decoder");
        if (added.isObject()) {
            int[] ids = TokenizerFile.newIds(kept);
            ObjectNode renumbered = config.putObject("added_tokens_decoder");
            added.properties().stream()
                    .filter(entry -> kept.get(Integer.parseInt(entry.getKey())))
                    .forEach(entry ->
                            renumbered.set(Integer.toString(ids[Integer.parseInt(entry.getKey())]), entry.getValue()));
        }
        write(config, target.resolve(TOKENIZER_CONFIG));
    }

    private static void writeWeights(ModelWeights weights, BitSet kept, Storage storage, Path target) {
        List<TensorView> tensors = weights.names().stream()
                .sorted()
                .map(weights::tensor)
                .filter(tensor -> tensor.type().isFloatingPoint())
                .toList();
        if (tensors.stream().noneMatch(VocabularyTrim::isWordEmbeddings)) {
            throw new CheckpointException(weights.file(WORD_EMBEDDINGS), "has no tensor '" + WORD_EMBEDDINGS + "'");
        }
        List<SafetensorsWriter.Entry> entries = tensors.stream()
                .map(tensor -> new SafetensorsWriter.Entry(
                        tensor.name(), stored(tensor, storage), shape(tensor, kept, weights)))
                .toList();
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, entries)) {
            for (TensorView tensor : tensors) {
                write(tensor, stored(tensor, storage), kept, writer);
            }
            writer.finish();
        }
    }

    private static boolean isWordEmbeddings(TensorView tensor) {
        return tensor.name().endsWith(WORD_EMBEDDINGS);
    }

    private static TensorType stored(TensorView tensor, Storage storage) {
        // Vectors (biases, LayerNorm) cost nothing and are computed with in fp32.
        boolean halved = storage == Storage.BF16 && tensor.type() == TensorType.F32 && tensor.shape().length > 1;
        return halved ? TensorType.BF16 : tensor.type();
    }

    private static long[] shape(TensorView tensor, BitSet kept, ModelWeights weights) {
        long[] shape = tensor.shape();
        if (isWordEmbeddings(tensor)) {
            if (kept.length() > shape[0]) {
                throw new CheckpointException(
                        weights.file(tensor.name()),
                        "has " + shape[0] + " word embeddings, none for the sub-token " + (kept.length() - 1));
            }
            shape[0] = kept.cardinality();
        }
        return shape;
    }

    private static void write(TensorView tensor, TensorType type, BitSet kept, SafetensorsWriter writer) {
        if (isWordEmbeddings(tensor)) {
            int width = Math.toIntExact(tensor.shape()[1]);
            IntStream rows = kept.stream();
            rows.forEach(row -> writePart(tensor, row * width, width, type, writer));
        } else {
            int elements = tensor.elements();
            for (int from = 0; from < elements; from += CHUNK_ELEMENTS) {
                writePart(tensor, from, Math.min(CHUNK_ELEMENTS, elements - from), type, writer);
            }
        }
    }

    private static void writePart(TensorView tensor, int from, int count, TensorType type, SafetensorsWriter writer) {
        if (type == tensor.type()) {
            writer.write(tensor.name(), tensor.data(from, count));
            return;
        }
        float[] values = new float[count];
        tensor.read(from, values);
        ByteBuffer halves = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            halves.putShort(bfloat16(value));
        }
        writer.write(tensor.name(), halves.flip());
    }

    /** To the nearest, of two as near to the even one, as PyTorch rounds. */
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) 0x7fc0;
        }
        return (short) (bits + 0x7fff + (bits >> 16 & 1) >> 16);
    }
}
