package dev.slicer.tokenization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A BERT vocabulary, written as the tokenizer files that HuggingFace makes of it. */
public final class WordPieceTokenizer {
    static final String VOCABULARY = "vocab.txt";

    private static final String CLS = "[CLS]";
    private static final String SEP = "[SEP]";
    private static final String PAD = "[PAD]";
    private static final String UNK = "[UNK]";
    private static final String MASK = "[MASK]";
    private static final List<String> SPECIAL = List.of(PAD, UNK, CLS, SEP, MASK);
    private static final String CONTINUATION = "##";
    private static final int MAX_WORD_CHARACTERS = 100;

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Settings settings;

    /**
     * What is done to a text first, by the names of {@code tokenizer_config.json}.
     *
     * @param stripAccents empty to strip them where letters are lowered
     */
    record Settings(boolean lowerCase, Optional<Boolean> stripAccents, boolean chineseCharacters) {
        static final Settings CASED = new Settings(false, Optional.empty(), true);

        /** Of a model's folder; what the file does not say, or where there is none, is as for transformers' BertTokenizer. */
        static Settings read(Path tokenizerConfig) throws IOException {
            JsonNode json = Files.exists(tokenizerConfig)
                    ? Json.mapper().readTree(Files.readAllBytes(tokenizerConfig))
                    : Json.mapper().createObjectNode();
            return new Settings(
                    json.path("do_lower_case").asBoolean(true),
                    Optional.of(json.path("strip_accents"))
                            .filter(JsonNode::isBoolean)
                            .map(JsonNode::booleanValue),
                    json.path("tokenize_chinese_chars").asBoolean(true));
        }
    }

    /**
     * A cased vocabulary.
     *
     * @param vocabulary sub-tokens in the order of their ids
     * @throws IllegalArgumentException where one occurs twice or a special token is missing
     */
    public WordPieceTokenizer(List<String> vocabulary) {
        this(vocabulary, Settings.CASED);
    }

    WordPieceTokenizer(List<String> vocabulary, Settings settings) {
        this.settings = settings;
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

    /**
     * The tokenizer of a model that came before {@code tokenizer.json}: from {@code vocab.txt} and, where there is one, {@code
     * tokenizer_config.json}.
     */
    static WordPieceTokenizer read(Path model) {
        Path file = model.resolve(VOCABULARY);
        try {
            return new WordPieceTokenizer(
                    Files.readAllLines(file), Settings.read(model.resolve("tokenizer_config.json")));
        } catch (IOException e) {
            throw new CheckpointException(file, "can't be read, or tokenizer_config.json beside it: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file, e.getMessage(), e);
        }
    }

    Map<String, Integer> ids() {
        return Map.copyOf(ids);
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
        write(folder.resolve("tokenizer.json"), tokenizer());
        write(folder.resolve("tokenizer_config.json"), config(maxLength));
        write(folder.resolve("special_tokens_map.json"), specialTokens());
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        Files.write(file, Json.mapper().writeValueAsBytes(json));
    }

    /** {@code tokenizer.json}. */
    ObjectNode tokenizer() {
        ObjectNode root = Json.mapper().createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        SPECIAL.stream()
                .sorted((a, b) -> Integer.compare(ids.get(a), ids.get(b)))
                .forEach(token -> added.addObject()
                        .put("id", ids.get(token))
                        .put("content", token)
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true));
        root.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", settings.chineseCharacters)
                .put("strip_accents", settings.stripAccents.orElse(null))
                .put("lowercase", settings.lowerCase);
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        template(root.putObject("post_processor"));
        root.putObject("decoder")
                .put("type", "WordPiece")
                .put("prefix", CONTINUATION)
                .put("cleanup", true);
        ObjectNode model = root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", UNK)
                .put("continuing_subword_prefix", CONTINUATION)
                .put("max_input_chars_per_word", MAX_WORD_CHARACTERS);
        ObjectNode vocabulary = model.putObject("vocab");
        ids.forEach(vocabulary::put);
        return root;
    }

    /** {@code [CLS] A [SEP]}, and for a pair {@code [CLS] A [SEP] B [SEP]} with token type 1 from B on. */
    private void template(ObjectNode processor) {
        processor.put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        special(single, CLS, 0);
        sequence(single, "A", 0);
        special(single, SEP, 0);
        ArrayNode pair = processor.putArray("pair").addAll(single.deepCopy());
        sequence(pair, "B", 1);
        special(pair, SEP, 1);
        ObjectNode tokens = processor.putObject("special_tokens");
        for (String token : List.of(CLS, SEP)) {
            ObjectNode node = tokens.putObject(token).put("id", token);
            node.putArray("ids").add(ids.get(token));
            node.putArray("tokens").add(token);
        }
    }

    private static void special(ArrayNode template, String token, int type) {
        template.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
    }

    private static void sequence(ArrayNode template, String sequence, int type) {
        template.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
    }

    private ObjectNode config(long maxLength) {
        return specialTokens()
                .put("tokenizer_class", "BertTokenizer")
                .put("model_max_length", maxLength)
                .put("do_lower_case", settings.lowerCase)
                .put("strip_accents", settings.stripAccents.orElse(null))
                .put("tokenize_chinese_chars", settings.chineseCharacters);
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
