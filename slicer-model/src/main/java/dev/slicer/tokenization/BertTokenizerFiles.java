package dev.slicer.tokenization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.tokenizer.AddedToken;
import dev.slicer.checkpoint.tokenizer.BertTokenizer;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cased BERT vocabulary, written as the tokenizer files that HuggingFace makes of it. */
public final class BertTokenizerFiles {
    private static final String CLS = "[CLS]";
    private static final String SEP = "[SEP]";
    private static final String PAD = "[PAD]";
    private static final String UNK = "[UNK]";
    private static final String MASK = "[MASK]";
    private static final List<String> SPECIAL = List.of(PAD, UNK, CLS, SEP, MASK);

    private final Map<String, Integer> ids = new LinkedHashMap<>();

    /**
     * @param vocabulary sub-tokens in the order of their ids
     * @throws IllegalArgumentException where one occurs twice or a special token is missing
     */
    public BertTokenizerFiles(List<String> vocabulary) {
        for (String token : vocabulary) {
            if (ids.put(token, ids.size()) != null) {
                throw new IllegalArgumentException("vocabulary has '" + token + "' twice");
            }
        }
        for (String token : SPECIAL) {
            if (!ids.containsKey(token)) {
                throw new IllegalArgumentException("vocabulary lacks " + token);
            }
        }
    }

    public int size() {
        return ids.size();
    }

    /**
     * Writes {@code tokenizer.json} and what transformers wants beside it.
     *
     * @param maxLength sub-tokens in the model's window
     */
    public void write(Path folder, long maxLength) throws IOException {
        List<AddedToken> added = SPECIAL.stream()
                .sorted(Comparator.comparingInt(ids::get))
                .map(AddedToken::special)
                .toList();
        write(folder.resolve("tokenizer.json"), BertTokenizer.cased().json(ids, added, ids));
        write(folder.resolve("tokenizer_config.json"), config(maxLength));
        write(folder.resolve("special_tokens_map.json"), specialTokens());
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        Files.write(file, Json.mapper().writeValueAsBytes(json));
    }

    private static ObjectNode config(long maxLength) {
        BertTokenizer settings = BertTokenizer.cased();
        return specialTokens()
                .put("tokenizer_class", "BertTokenizer")
                .put("model_max_length", maxLength)
                .put("do_lower_case", settings.lowerCase())
                .put("strip_accents", settings.stripAccents().orElse(null))
                .put("tokenize_chinese_chars", settings.chineseCharacters());
    }

    private static ObjectNode specialTokens() {
        return Json.mapper()
                .createObjectNode()
                .put("pad_token", PAD)
                .put("unk_token", UNK)
                .put("cls_token", CLS)
                .put("sep_token", SEP)
                .put("mask_token", MASK);
    }
}
