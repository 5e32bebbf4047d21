package dev.slicer.checkpoint.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BERT's tokenizer as transformers' {@code BertTokenizer} builds it: from a vocabulary and these settings alone, whatever
 * else a {@code tokenizer.json} says.
 *
 * @param stripAccents empty to strip them where letters are lowered
 * @param unk stands for words that the vocabulary cannot spell
 * @param cls goes before a text
 * @param sep goes after a text
 */
public record BertTokenizer(
        boolean lowerCase,
        Optional<Boolean> stripAccents,
        boolean chineseCharacters,
        String unk,
        String cls,
        String sep) {
    static final String CONTINUATION = "##";
    private static final int MAX_WORD_CHARACTERS = 100;

    /** For a cased vocabulary. */
    public static BertTokenizer cased() {
        return new BertTokenizer(false, Optional.empty(), true, "[UNK]", "[CLS]", "[SEP]");
    }

    /**
     * {@code tokenizer.json}.
     *
     * @param vocabulary ids of the sub-tokens
     * @param added in the order of their ids
     * @param ids of all these
     */
    public ObjectNode json(Map<String, Integer> vocabulary, List<AddedToken> added, Map<String, Integer> ids) {
        ObjectNode root = Json.mapper().createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode tokens = root.putArray("added_tokens");
        added.forEach(token -> tokens.add(token.json(ids.get(token.content()))));
        root.set("normalizer", normalizer());
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        template(root.putObject("post_processor"), ids);
        root.putObject("decoder")
                .put("type", "WordPiece")
                .put("prefix", CONTINUATION)
                .put("cleanup", true);
        ObjectNode model = root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", unk)
                .put("continuing_subword_prefix", CONTINUATION)
                .put("max_input_chars_per_word", MAX_WORD_CHARACTERS);
        ObjectNode entries = model.putObject("vocab");
        vocabulary.forEach(entries::put);
        return root;
    }

    JsonNode normalizer() {
        return Json.mapper()
                .createObjectNode()
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", chineseCharacters)
                .put("strip_accents", stripAccents.orElse(null))
                .put("lowercase", lowerCase);
    }

    /** {@code [CLS] A [SEP]}, and for a pair {@code [CLS] A [SEP] B [SEP]} with token type 1 from B on. */
    private void template(ObjectNode processor, Map<String, Integer> ids) {
        processor.put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        special(single, cls, 0);
        sequence(single, "A", 0);
        special(single, sep, 0);
        ArrayNode pair = processor.putArray("pair").addAll(single.deepCopy());
        sequence(pair, "B", 1);
        special(pair, sep, 1);
        ObjectNode tokens = processor.putObject("special_tokens");
        for (String token : List.of(cls, sep)) {
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
}
