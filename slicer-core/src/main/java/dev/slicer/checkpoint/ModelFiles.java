package dev.slicer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of a model folder in HuggingFace's layout. */
public final class ModelFiles {
    static final String TOKENIZER = "tokenizer.json";

    /** Whatever models have beside configuration and weights that a model made from them shares. */
    private static final List<String> OF_TOKENIZERS = List.of(
            TOKENIZER, "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "sentencepiece.bpe.model");

    private ModelFiles() {}

    /** Copies what there is of a tokenizer's files. */
    public static void copyTokenizer(Path model, Path target) throws IOException {
        for (String name : OF_TOKENIZERS) {
            Path file = model.resolve(name);
            if (Files.exists(file)) {
                Files.copy(file, target.resolve(name));
            }
        }
    }
}
