package dev.slicer.analysis;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.Sentence;
import dev.slicer.decoding.Windows;
import dev.slicer.encoder.Encoder;
import dev.slicer.encoder.LoadedEncoder;
import dev.slicer.encoder.PackedBatch;
import dev.slicer.engine.EngineOptions;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The paper's analysis (Schmidt, Vulić and Glavaš 2022, Figures 1 and 4): the share of attention that tokens put on
 * themselves, by layer. Standard fine-tuning raises it in the upper layers, SLICER less so.
 *
 * <p>A token's share is what the softmax of one head gives to the token itself; averaged are the shares of all heads and
 * all tokens of the corpus, so that a long sentence counts for more than a short one. The paper names no exception, so
 * that special tokens count unless another {@link TokenGroup} is asked for; padding never does. A sentence that is longer
 * than the model's input is read in several parts, none of it twice.
 */
public final class SelfAttention {
    private static final int SPECIAL_TOKENS = 2;

    private final LoadedEncoder loaded;
    private final SubTokenizer tokenizer;
    private final TokenGroup group;

    private SelfAttention(LoadedEncoder loaded, SubTokenizer tokenizer, TokenGroup group) {
        this.loaded = loaded;
        this.tokenizer = tokenizer;
        this.group = group;
    }

    /** How far a measurement is. */
    @FunctionalInterface
    public interface Progress {
        /** Called after each batch, on the measuring thread. */
        void tokens(long done, long total);
    }

    /** A sequence as the model reads it, and which of its sub-tokens count. */
    private record Input(int[] ids, boolean[] counted) {}

    /**
     * Measures a model on a corpus.
     *
     * @param model in HuggingFace's layout: a plain encoder or a fine-tuned one, whose classifier plays no part
     * @throws CorpusException when the corpus has no such token
     * @throws dev.slicer.checkpoint.files.CheckpointException naming the model's file that is missing, damaged or of another
     *     kind
     */
    public static SelfAttentionShares measure(
            ModelFiles model, Corpus corpus, TokenGroup group, EngineOptions options, Progress progress) {
        try (SubTokenizer tokenizer = SubTokenizer.ofModel(model);
                LoadedEncoder loaded = LoadedEncoder.open(model, options)) {
            return new SelfAttention(loaded, tokenizer, group).measure(corpus, options.maxBatchTokens(), progress);
        }
    }

    private SelfAttentionShares measure(Corpus corpus, int maxBatchTokens, Progress progress) {
        List<Input> inputs = new ArrayList<>();
        for (Sentence sentence : corpus.sentences()) {
            inputs.addAll(read(sentence));
        }
        // Sequences of similar length share a batch, since only attention is padded.
        inputs.sort(Comparator.comparingInt(input -> input.ids.length));
        long total = inputs.stream().mapToLong(input -> input.ids.length).sum();
        double[] sums = new double[loaded.encoder().config().layers()];
        long counted = 0;
        long done = 0;
        for (int from = 0; from < inputs.size(); ) {
            int to = from;
            int tokens = 0;
            do {
                tokens += inputs.get(to).ids.length;
                to++;
            } while (to < inputs.size() && tokens + inputs.get(to).ids.length <= maxBatchTokens);
            counted += add(inputs.subList(from, to), sums);
            done += tokens;
            progress.tokens(done, total);
            from = to;
        }
        if (counted == 0) {
            throw new CorpusException(
                    corpus.name(), "has no " + (group == TokenGroup.ENTITIES ? "entity" : "word") + " to look at");
        }
        long tokens = counted;
        return new SelfAttentionShares(
                Arrays.stream(sums).mapToObj(sum -> sum / tokens).toList(),
                tokens,
                corpus.sentences().size());
    }

    private List<Input> read(Sentence sentence) {
        SubTokens tokens = tokenizer.encode(sentence.words());
        int[] counts = new int[sentence.words().size()];
        for (int word = 0; word < counts.length; word++) {
            counts[word] = tokens.endOfWord(word) - tokens.firstOfWord()[word];
        }
        int capacity = loaded.encoder().config().maxLength() - SPECIAL_TOKENS;
        List<Input> inputs = new ArrayList<>();
        for (Windows.Window window : Windows.of(counts, capacity, 0).windows()) {
            int first = tokens.firstOfWord()[window.firstWord()];
            int end = Math.min(tokens.endOfWord(window.endWord() - 1), first + capacity);
            if (end > first) {
                inputs.add(input(sentence, tokens, window, first, end));
            }
        }
        return inputs;
    }

    private Input input(Sentence sentence, SubTokens tokens, Windows.Window window, int first, int end) {
        int[] ids = new int[end - first + SPECIAL_TOKENS];
        ids[0] = tokenizer.clsId();
        System.arraycopy(tokens.ids(), first, ids, 1, end - first);
        ids[ids.length - 1] = tokenizer.sepId();
        boolean[] counted = new boolean[ids.length];
        IntPredicate counts = word ->
                group != TokenGroup.ENTITIES || !sentence.tags().get(word).equals("O");
        IntStream.range(window.firstWord(), window.endWord())
                .filter(counts)
                .forEach(word -> Arrays.fill(
                        counted,
                        Math.min(end, tokens.firstOfWord()[word]) - first + 1,
                        Math.min(end, tokens.endOfWord(word)) - first + 1,
                        true));
        counted[0] = group == TokenGroup.ALL;
        counted[ids.length - 1] = group == TokenGroup.ALL;
        return new Input(ids, counted);
    }

    /** Adds the shares of the sub-tokens that count to the layers' sums; how many there are. */
    private long add(List<Input> inputs, double[] sums) {
        Encoder encoder = loaded.encoder();
        PackedBatch batch = PackedBatch.of(
                inputs.stream().map(Input::ids).toList(), encoder.config().positionOffset());
        boolean[] counted = new boolean[batch.tokens()];
        for (int i = 0; i < inputs.size(); i++) {
            boolean[] ofInput = inputs.get(i).counted;
            System.arraycopy(ofInput, 0, counted, batch.starts()[i], ofInput.length);
        }
        int[] tokens =
                IntStream.range(0, counted.length).filter(i -> counted[i]).toArray();
        List<float[]> shares = encoder.selfAttention(batch);
        for (int layer = 0; layer < sums.length; layer++) {
            for (int token : tokens) {
                sums[layer] += shares.get(layer)[token];
            }
        }
        return tokens.length;
    }
}
