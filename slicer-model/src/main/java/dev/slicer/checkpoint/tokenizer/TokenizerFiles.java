package dev.slicer.checkpoint.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ibm.icu.lang.UCharacter;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.tokenizer.TokenizerSettings.ListedToken;
import dev.slicer.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model's tokenizer as transformers reads it from its files: {@code tokenizer.json}, or for BERT a {@code vocab.txt}, with
 * what lies beside it ({@link TokenizerSettings}). For BERT the settings count, as they do there, and not what {@code
 * tokenizer.json} says about letters and accents; a {@code tokenizer.json} without {@code tokenizer_config.json} counts as it
 * is. What contradicts itself, or what versions of transformers read differently, is refused.
 */
public final class TokenizerFiles {
    /** The name of the file that has all of a tokenizer. */
    public static final String TOKENIZER = "tokenizer.json";
    /** The name of BERT's vocabulary, one sub-token a line. */
    public static final String VOCABULARY = "vocab.txt";

    private static final Logger LOG = LoggerFactory.getLogger(TokenizerFiles.class);

    private static final List<String> NAMES = List.of(
            TOKENIZER,
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            VOCABULARY,
            "sentencepiece.bpe.model");

    /** What to do with a tokenizer in another form, for people. */
    public static final String HOW_TO_CONVERT =
            "; transformers makes one: python -c \"from transformers import AutoTokenizer as T;"
                    + " T.from_pretrained('FOLDER').save_pretrained('FOLDER')\"";

    /**
     * What transformers' class takes a tokenizer to be made of; where a file has something else its versions disagree.
     *
     * @param model empty for any
     */
    private record Kind(String model, Set<String> normalizers, Set<String> preTokenizers) {
        static final Kind ANY = new Kind("", Set.of(), Set.of());
        static final Kind BERT = new Kind("WordPiece", Set.of("BertNormalizer"), Set.of("BertPreTokenizer"));
        static final Kind ROBERTA = new Kind("BPE", Set.of(), Set.of("ByteLevel"));
        static final Kind SENTENCE_PIECE =
                new Kind("Unigram", Set.of("Precompiled", "Replace", "Strip"), Set.of("WhitespaceSplit", "Metaspace"));
    }

    private static final Map<String, Kind> KINDS = Map.of(
            "", Kind.ANY,
            "PreTrainedTokenizer", Kind.ANY,
            "TokenizersBackend", Kind.ANY,
            "BertTokenizer", Kind.BERT,
            "DistilBertTokenizer", Kind.BERT,
            "ElectraTokenizer", Kind.BERT,
            "RobertaTokenizer", Kind.ROBERTA,
            "CamembertTokenizer", Kind.SENTENCE_PIECE,
            "XLMRobertaTokenizer", Kind.SENTENCE_PIECE);

    private static final Map<String, String> BERT_SPECIAL = bertSpecial();

    private final ModelFiles model;
    /** Of the one that has the vocabulary. */
    private final String name;

    private final Optional<ObjectNode> made;
    private final Map<String, Integer> ids;
    private final TokenizerSettings settings;

    private TokenizerFiles(
            ModelFiles model,
            String name,
            Optional<ObjectNode> made,
            Map<String, Integer> ids,
            TokenizerSettings settings) {
        this.model = model;
        this.name = name;
        this.made = made;
        this.ids = ids;
        this.settings = settings;
    }

    private static Map<String, String> bertSpecial() {
        Map<String, String> special = new LinkedHashMap<>();
        special.put("pad_token", "[PAD]");
        special.put("unk_token", "[UNK]");
        special.put("cls_token", "[CLS]");
        special.put("sep_token", "[SEP]");
        special.put("mask_token", "[MASK]");
        return special;
    }

    /**
     * Reads a model's tokenizer.
     *
     * @throws CheckpointException naming the file that is missing, damaged, of another kind, in contradiction to another one
     *     or with a token that has no row among the model's word embeddings
     */
    public static TokenizerFiles read(Path model) {
        return read(ModelFiles.in(model));
    }

    /** As {@link #read(Path)}. */
    public static TokenizerFiles read(ModelFiles model) {
        String name = nameOf(model);
        TokenizerSettings settings = TokenizerSettings.read(model);
        Kind kind = Optional.ofNullable(KINDS.get(settings.tokenizerClass()))
                .orElseThrow(() -> new CheckpointException(
                        settings.classFile(),
                        "has the tokenizer_class '" + settings.tokenizerClass()
                                + "'; supported are those of BERT, RoBERTa, CamemBERT and XLM-R"
                                + " and PreTrainedTokenizerFast"));
        Path file = model.path(name);
        boolean json = name.equals(TOKENIZER);
        if (!json && kind != Kind.BERT) {
            throw new CheckpointException(
                    model.path(TOKENIZER),
                    "file is missing; " + VOCABULARY + " is read for BERT's tokenizer, this is a "
                            + settings.tokenizerClass());
        }
        if (!json) {
            return bert(model, name, vocabulary(model, name), List.of(), settings);
        }
        TokenizerJson tokenizer = TokenizerJson.read(model, name);
        if (settings.present()) {
            requireKind(file, tokenizer, kind, settings);
        }
        List<ListedToken> listed = listed(file, tokenizer);
        if (!settings.present() || kind != Kind.BERT) {
            return asItIs(model, name, tokenizer, listed, settings);
        }
        TokenizerFiles bert = bert(model, name, tokenizer.vocabulary(), listed, settings);
        JsonNode normalizer = bert.json().path("normalizer");
        if (!normalizer.equals(tokenizer.root().path("normalizer"))) {
            LOG.info(
                    "{} says {}, which counts, as in transformers, and not what {} says",
                    settings.file(),
                    normalizer,
                    file);
        }
        return bert;
    }

    /**
     * Reads a {@code tokenizer.json} with nothing beside it.
     *
     * @throws CheckpointException naming the file, where it is missing or no tokenizer
     */
    public static TokenizerFiles ofFile(Path tokenizerJson) {
        Path folder = tokenizerJson.toAbsolutePath().getParent();
        ModelFiles model = ModelFiles.in(folder);
        String name = tokenizerJson.getFileName().toString();
        TokenizerJson tokenizer = TokenizerJson.read(model, name);
        return asItIs(model, name, tokenizer, listed(model.path(name), tokenizer), TokenizerSettings.none(folder));
    }

    /**
     * The file that has the vocabulary.
     *
     * @throws CheckpointException saying what is missing, and what to do where the tokenizer has another form
     */
    public static Path locate(Path model) {
        return model.resolve(nameOf(ModelFiles.in(model)));
    }

    private static String nameOf(ModelFiles model) {
        for (String name : List.of(TOKENIZER, VOCABULARY)) {
            if (model.has(name)) {
                return name;
            }
        }
        Path json = model.path(TOKENIZER);
        for (String other : List.of("sentencepiece.bpe.model", "spiece.model", "vocab.json")) {
            if (model.has(other)) {
                throw new CheckpointException(json, "file is missing, and " + other + " is not read" + HOW_TO_CONVERT);
            }
        }
        throw new CheckpointException(json, "no such file");
    }

    private static void requireKind(Path file, TokenizerJson tokenizer, Kind kind, TokenizerSettings settings) {
        requireParts(file, "model", Set.of(kind.model()), tokenizer, kind, settings);
        requireParts(file, "normalizer", kind.normalizers(), tokenizer, kind, settings);
        requireParts(file, "pre_tokenizer", kind.preTokenizers(), tokenizer, kind, settings);
        String continuation =
                tokenizer.root().path("model").path("continuing_subword_prefix").asText(BertTokenizer.CONTINUATION);
        if (kind == Kind.BERT && !continuation.equals(BertTokenizer.CONTINUATION)) {
            throw new CheckpointException(
                    file, "marks the sub-tokens within a word with '" + continuation + "', where BERT's have '##'");
        }
    }

    private static void requireParts(
            Path file,
            String component,
            Set<String> expected,
            TokenizerJson tokenizer,
            Kind kind,
            TokenizerSettings settings) {
        for (String type : tokenizer.types(component)) {
            if (kind != Kind.ANY && !expected.contains(type)) {
                throw new CheckpointException(
                        file,
                        "has a " + component + " of type " + type + ", which a " + settings.tokenizerClass()
                                + " has not; for the file as it is "
                                + settings.file().getFileName()
                                + " has to name the tokenizer_class PreTrainedTokenizerFast");
            }
        }
    }

    /** The sub-tokens of each line, as the tokenizers library reads them: without blanks at the end, the last one counts. */
    private static Map<String, Integer> vocabulary(ModelFiles model, String name) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(model.read(name)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException(model.path(name), "is not UTF-8", e);
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        int line = 0;
        for (int start = 0; start < text.length(); line++) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            int last = end;
            // Blanks of Unicode are all in the basic plane.
            while (last > start && UCharacter.isUWhiteSpace(text.charAt(last - 1))) {
                last--;
            }
            ids.put(text.substring(start, last), line);
            start = end + 1;
        }
        return ids;
    }

    private static List<ListedToken> listed(Path file, TokenizerJson tokenizer) {
        List<ListedToken> listed = new ArrayList<>();
        tokenizer.root().path("added_tokens").forEach(token -> {
            if (!token.path("id").canConvertToInt() || !token.path("content").isTextual()) {
                throw new CheckpointException(file, "has the added token " + token + " without content or id");
            }
            listed.add(new ListedToken(file, token.path("id").intValue(), AddedToken.of(token)));
        });
        return listed;
    }

    /** As BERT's class of transformers makes it of a vocabulary and settings. */
    private static TokenizerFiles bert(
            ModelFiles model,
            String name,
            Map<String, Integer> vocabulary,
            List<ListedToken> inFile,
            TokenizerSettings settings) {
        Path file = model.path(name);
        Map<String, AddedToken> special = new LinkedHashMap<>();
        BERT_SPECIAL.forEach((use, token) -> {
            if (!settings.isNull(use)) {
                special.put(use, AddedToken.special(token));
            }
        });
        special.putAll(settings.special());
        List<ListedToken> listed = new ArrayList<>(settings.listed());
        listed.addAll(inFile);
        listed.sort(Comparator.comparingInt(ListedToken::id));
        Map<String, AddedToken> added = new LinkedHashMap<>();
        if (settings.hasDecoder()) {
            requireListed(inFile, special, settings);
            settings.listed().forEach(one -> added.put(one.token().content(), one.token()));
        } else {
            listed.forEach(one -> added.put(one.token().content(), one.token()));
        }
        BERT_SPECIAL.keySet().stream().filter(special::containsKey).forEach(use -> {
            String token = special.get(use).content();
            boolean known = vocabulary.containsKey(token) || added.containsKey(token) && !use.equals("unk_token");
            if (!known) {
                throw new CheckpointException(file, "vocabulary lacks " + token);
            }
        });
        special.values().forEach(token -> added.putIfAbsent(token.content(), token));
        Map<String, Integer> ids = ids(vocabulary, vocabulary.size(), added.values());
        requireIds(file, vocabulary, ids, listed, settings);
        BertTokenizer bert = new BertTokenizer(
                settings.flag("do_lower_case", true),
                settings.flag("strip_accents"),
                settings.flag("tokenize_chinese_chars", true),
                required(file, special, "unk_token"),
                required(file, special, "cls_token"),
                required(file, special, "sep_token"));
        List<AddedToken> inOrder = added.values().stream()
                .sorted(Comparator.comparingInt(token -> ids.get(token.content())))
                .toList();
        return new TokenizerFiles(model, name, Optional.of(bert.json(vocabulary, inOrder, ids)), ids, settings);
    }

    private static String required(Path file, Map<String, AddedToken> special, String use) {
        return Optional.ofNullable(special.get(use))
                .map(AddedToken::content)
                .orElseThrow(() -> new CheckpointException(file, "has no " + use));
    }

    /** Versions of transformers disagree about tokens that one of the lists lacks. */
    private static void requireListed(
            List<ListedToken> inFile, Map<String, AddedToken> special, TokenizerSettings settings) {
        for (ListedToken one : inFile) {
            String content = one.token().content();
            if (settings.listed().stream()
                            .noneMatch(other -> other.token().content().equals(content))
                    && special.values().stream()
                            .noneMatch(token -> token.content().equals(content))) {
                throw new CheckpointException(
                        one.file(),
                        "adds the token '" + content + "', which is not in the added_tokens_decoder of "
                                + settings.file().getFileName());
            }
        }
    }

    /** The file as it is, with the tokens that the settings add. */
    private static TokenizerFiles asItIs(
            ModelFiles model,
            String name,
            TokenizerJson tokenizer,
            List<ListedToken> inFile,
            TokenizerSettings settings) {
        Path file = model.path(name);
        Map<String, AddedToken> before = new LinkedHashMap<>();
        inFile.forEach(one -> before.put(one.token().content(), one.token()));
        Map<String, AddedToken> added = new LinkedHashMap<>(before);
        settings.listed().forEach(one -> added.put(one.token().content(), one.token()));
        settings.special().values().forEach(token -> added.putIfAbsent(token.content(), token));
        Map<String, Integer> ids = ids(tokenizer.vocabulary(), tokenizer.size(), added.values());
        List<ListedToken> listed = new ArrayList<>(inFile);
        listed.addAll(settings.listed());
        requireIds(file, tokenizer.vocabulary(), ids, listed, settings);
        Optional<ObjectNode> made = Optional.empty();
        if (!added.equals(before)) {
            ObjectNode changed = tree(model, name);
            ArrayNode tokens = changed.putArray("added_tokens");
            added.values().forEach(token -> tokens.add(token.json(ids.get(token.content()))));
            made = Optional.of(changed);
        }
        return new TokenizerFiles(model, name, made, ids, settings);
    }

    /** Ids as the tokenizers library gives them: the vocabulary's, for others the next one. */
    private static Map<String, Integer> ids(Map<String, Integer> vocabulary, int size, Iterable<AddedToken> added) {
        Map<String, Integer> ids = new HashMap<>(vocabulary);
        int next = size;
        for (AddedToken token : added) {
            int id = vocabulary.getOrDefault(token.content(), next);
            ids.put(token.content(), id);
            next = Math.max(next, id + 1);
        }
        return ids;
    }

    private static void requireIds(
            Path file,
            Map<String, Integer> vocabulary,
            Map<String, Integer> ids,
            List<ListedToken> listed,
            TokenizerSettings settings) {
        for (ListedToken one : listed) {
            requireRow(one.file(), one.token().content(), one.id(), settings);
        }
        ids.entrySet().stream()
                .min(Comparator.comparingInt(entry -> -entry.getValue()))
                .ifPresent(highest -> requireRow(file, highest.getKey(), highest.getValue(), settings));
        for (ListedToken one : listed) {
            String content = one.token().content();
            if (ids.get(content) != one.id()) {
                throw new CheckpointException(
                        one.file(),
                        "gives the token '" + content + "' the id " + one.id() + ", where "
                                + (vocabulary.containsKey(content)
                                        ? "the vocabulary gives it " + ids.get(content)
                                        : "transformers counts " + ids.get(content)));
            }
        }
    }

    private static void requireRow(Path file, String token, int id, TokenizerSettings settings) {
        if (settings.rows().isPresent() && id >= settings.rows().getAsInt()) {
            int rows = settings.rows().getAsInt();
            throw new CheckpointException(
                    file,
                    String.format(
                            Locale.ROOT,
                            "gives the token '%s' the id %d, but the model has %,d rows of word embeddings, for the ids"
                                    + " 0 to %d",
                            token,
                            id,
                            rows,
                            rows - 1));
        }
    }

    private static ObjectNode tree(ModelFiles model, String name) {
        // From characters, as in TokenizerJson.
        try (Reader reader = TokenizerJson.characters(model.read(name))) {
            return Optional.ofNullable(Json.mapper().readValue(reader, ObjectNode.class))
                    .orElseThrow(() -> new CheckpointException(model.path(name), "is null and no JSON object"));
        } catch (IOException e) {
            throw new CheckpointException(model.path(name), "is not a readable JSON object: " + e.getMessage(), e);
        }
    }

    /** The file that has the vocabulary, the one to name in complaints. */
    public Path file() {
        return model.path(name);
    }

    /** A {@code tokenizer.json} that says all of it. */
    public ObjectNode json() {
        return made.orElseGet(() -> tree(model, name));
    }

    /** The bytes of {@link #json}. */
    public InputStream open() {
        return new ByteArrayInputStream(
                made.isPresent() ? made.get().toString().getBytes(StandardCharsets.UTF_8) : model.read(name));
    }

    /** @throws CheckpointException where there is none */
    public int unknownId() {
        return required(id("unk_token", "[UNK]", "<unk>"), "[UNK] or <unk>");
    }

    /** @throws CheckpointException where there is none */
    public int paddingId() {
        return required(id("pad_token", "[PAD]", "<pad>"), "[PAD] or <pad>");
    }

    public OptionalInt maskId() {
        return id("mask_token", "[MASK]", "<mask>");
    }

    private OptionalInt id(String use, String... spellings) {
        List<String> candidates = new ArrayList<>();
        Optional.ofNullable(settings.special().get(use))
                .map(AddedToken::content)
                .ifPresent(candidates::add);
        candidates.addAll(List.of(spellings));
        return candidates.stream().filter(ids::containsKey).mapToInt(ids::get).findFirst();
    }

    private int required(OptionalInt id, String spellings) {
        return id.orElseThrow(() -> new CheckpointException(file(), "none of its tokens is " + spellings));
    }

    /** What makes texts into other sub-tokens than another tokenizer does; empty where they are alike. */
    public Optional<String> differenceFrom(TokenizerFiles other) {
        ObjectNode here = json();
        ObjectNode there = other.json();
        for (String part : List.of("model", "added_tokens")) {
            if (!here.path(part).equals(there.path(part))) {
                return Optional.of("has another vocabulary than");
            }
        }
        for (String part : List.of("normalizer", "pre_tokenizer")) {
            if (!here.path(part).equals(there.path(part))) {
                return Optional.of("has another " + part + " than");
            }
        }
        return Optional.empty();
    }

    /** Whether the files of two models are the same to the byte, so that nothing has to be read. */
    public static boolean areSame(ModelFiles one, ModelFiles other) {
        return NAMES.stream()
                .allMatch(name -> one.has(name)
                        ? other.has(name) && Arrays.equals(one.read(name), other.read(name))
                        : !other.has(name));
    }

    /** Copies what there is of a tokenizer's files, and makes a {@code tokenizer.json} where there is none. */
    public static void copy(ModelFiles model, Path target) throws IOException {
        for (String name : NAMES) {
            if (model.has(name)) {
                Files.write(target.resolve(name), model.read(name));
            }
        }
        if (!Files.exists(target.resolve(TOKENIZER))) {
            try (InputStream json = read(model).open()) {
                Files.copy(json, target.resolve(TOKENIZER));
            }
        }
    }
}
