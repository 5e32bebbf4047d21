package dev.slicer.tokenization;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.segmentation.ReadableText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Cuts words into the sub-tokens of a model, by its tokenizer's files: never truncated, never padded, without special
 * tokens. Safe for several threads until it is closed.
 *
 * <p>Words are given separated, so that the tokenizer treats each on its own; a word that was seen before therefore has
 * the same sub-tokens again, and these are remembered.
 */
public final class SubTokenizer implements AutoCloseable {
    private static final int REMEMBERED_WORDS = 100_000;

    /** Truncation and padding that a file itself asks for are switched off too. */
    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final WordCache cache = new WordCache(REMEMBERED_WORDS);
    private final int cls;
    private final int sep;
    private final int pad;
    private final int unk;
    private final OptionalInt mask;
    /**
     * A space where the tokenizer tells a word behind a space from one without and adds none itself, as RoBERTa's does:
     * every word gets one, as in fine-tuning on words. Else nothing.
     */
    private final String before;

    private SubTokenizer(TokenizerFiles files, HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        long[] bare = tokenizer.encode(List.of("a"), false, false).getIds();
        long[] framed = tokenizer.encode(List.of("a"), true, false).getIds();
        if (framed.length != bare.length + 2) {
            throw new CheckpointException(
                    files.file(), "puts no special token before and after a text, as BERT and XLM-R do");
        }
        this.before = Arrays.equals(
                        bare, tokenizer.encode(List.of(" a"), false, false).getIds())
                ? ""
                : " ";
        this.cls = (int) framed[0];
        this.sep = (int) framed[framed.length - 1];
        this.pad = files.paddingId();
        this.unk = files.unknownId();
        this.mask = files.maskId();
    }

    /**
     * Opens a {@code tokenizer.json} with nothing beside it.
     *
     * @throws CheckpointException naming the file, where it is missing, no tokenizer, or lacks a special token
     */
    public static SubTokenizer open(Path tokenizerJson) {
        return of(TokenizerFiles.ofFile(tokenizerJson));
    }

    /**
     * Opens a model's tokenizer, as transformers reads it.
     *
     * @throws CheckpointException as {@link TokenizerFiles#read} does
     */
    public static SubTokenizer ofModel(Path model) {
        return ofModel(ModelFiles.in(model));
    }

    /** As {@link #ofModel(Path)}. */
    public static SubTokenizer ofModel(ModelFiles model) {
        return of(TokenizerFiles.read(model));
    }

    private static SubTokenizer of(TokenizerFiles files) {
        HuggingFaceTokenizer tokenizer;
        try (InputStream json = files.open()) {
            tokenizer = HuggingFaceTokenizer.newInstance(json, OPTIONS);
        } catch (IOException | RuntimeException e) {
            throw new CheckpointException(files.file(), "no tokenizer that can be used: " + e.getMessage(), e);
        }
        try {
            return new SubTokenizer(files, tokenizer);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * The sub-tokens of words, any number of them, each as it is {@linkplain ReadableText read}: the same for a composed and a
     * decomposed word, and with characters in it that say nothing. A word may have none.
     */
    public SubTokens encode(List<String> words) {
        int[][] pieces = new int[words.size()][];
        Map<String, List<Integer>> unknown = new HashMap<>();
        int total = 0;
        for (int word = 0; word < pieces.length; word++) {
            pieces[word] = cache.get(words.get(word));
            if (pieces[word] == WordCache.UNSEEN) {
                unknown.computeIfAbsent(words.get(word), any -> new ArrayList<>())
                        .add(word);
            }
        }
        if (!unknown.isEmpty()) {
            encodeUnseen(unknown, pieces);
        }
        for (int[] piece : pieces) {
            total += piece.length;
        }
        return concatenated(pieces, total);
    }

    /** One call for all words: crossing into the native library costs more than a word does. */
    private void encodeUnseen(Map<String, List<Integer>> positions, int[][] pieces) {
        List<String> words = new ArrayList<>();
        List<String> forms = new ArrayList<>();
        positions.forEach((word, places) -> {
            String form = ReadableText.form(word);
            if (form.isEmpty()) {
                remember(word, new int[0], places, pieces);
            } else {
                words.add(word);
                forms.add(before + form);
            }
        });
        if (words.isEmpty()) {
            return;
        }
        Encoding encoding = tokenizer.encode(forms, false, false);
        long[] ids = encoding.getIds();
        long[] wordIds = encoding.getWordIds();
        int start = 0;
        for (int word = 0; word < words.size(); word++) {
            int end = start;
            while (end < ids.length && wordIds[end] == word) {
                end++;
            }
            int[] found = new int[end - start];
            for (int i = 0; i < found.length; i++) {
                found[i] = Math.toIntExact(ids[start + i]);
            }
            start = end;
            remember(words.get(word), found, positions.get(words.get(word)), pieces);
        }
        if (start != ids.length) {
            throw new IllegalStateException(
                    "the tokenizer gave sub-tokens of word " + wordIds[start] + " out of order");
        }
    }

    private void remember(String word, int[] found, List<Integer> positions, int[][] pieces) {
        cache.put(word, found);
        positions.forEach(position -> pieces[position] = found);
    }

    private static SubTokens concatenated(int[][] pieces, int total) {
        int[] ids = new int[total];
        int[] firstOfWord = new int[pieces.length];
        int next = 0;
        for (int word = 0; word < pieces.length; word++) {
            firstOfWord[word] = next;
            System.arraycopy(pieces[word], 0, ids, next, pieces[word].length);
            next += pieces[word].length;
        }
        return new SubTokens(ids, firstOfWord);
    }

    /** Id of the token before a text: {@code [CLS]}, {@code <s>}. */
    public int clsId() {
        return cls;
    }

    /** Id of the token after a text: {@code [SEP]}, {@code </s>}. */
    public int sepId() {
        return sep;
    }

    public int padId() {
        return pad;
    }

    public int unkId() {
        return unk;
    }

    /** Empty where the vocabulary has no mask token. */
    public OptionalInt maskId() {
        return mask;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
