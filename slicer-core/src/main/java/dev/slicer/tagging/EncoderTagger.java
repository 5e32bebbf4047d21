package dev.slicer.tagging;

import ai.djl.ndarray.NDManager;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.decoding.Entities;
import dev.slicer.decoding.Iob2Viterbi;
import dev.slicer.decoding.Labelling;
import dev.slicer.decoding.Windows;
import dev.slicer.encoder.Encoder;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.encoder.PackedBatch;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.PrecisionProbe;
import dev.slicer.engine.TorchProgram;
import dev.slicer.labels.LabelSet;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import dev.slicer.text.WordBreaker;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Tags with an encoder on the engine: words, sub-tokens, windows, packed batches, valid IOB2, entities. */
final class EncoderTagger implements Tagger {
    /** Share of a window that the next one repeats, so that every word is read with context on both sides. */
    private static final double OVERLAP = 0.25;

    private static final int SPECIAL_TOKENS = 2;

    private final String modelId;
    private final TorchProgram program;
    private final NDManager owner;
    private final SubTokenizer tokenizer;
    private final Encoder encoder;
    private final Precision precision;
    private final LabelSet labels;
    private final Iob2Viterbi decoder;
    private final int maxBatchTokens;

    private EncoderTagger(
            String modelId,
            TorchProgram program,
            NDManager owner,
            SubTokenizer tokenizer,
            Path checkpoint,
            EngineOptions options) {
        this.modelId = modelId;
        this.program = program;
        this.owner = owner;
        this.tokenizer = tokenizer;
        this.precision = PrecisionProbe.choose(program, options);
        EncoderParameters parameters = EncoderParameters.loadClassifier(program, owner, checkpoint, precision);
        this.encoder = new Encoder(program, parameters, precision);
        this.labels = parameters
                .config()
                .labels()
                .orElseThrow(() -> new CheckpointException(checkpoint.resolve("config.json"), "has no id2label"));
        this.decoder = new Iob2Viterbi(labels);
        this.maxBatchTokens = options.maxBatchTokens();
    }

    static Tagger open(Path checkpoint, String modelId, EngineOptions options) {
        SubTokenizer tokenizer = SubTokenizer.open(checkpoint.resolve("tokenizer.json"));
        TorchProgram program = TorchProgram.load(options);
        NDManager owner = program.newScope();
        try {
            return new EncoderTagger(modelId, program, owner, tokenizer, checkpoint, options);
        } catch (RuntimeException e) {
            owner.close();
            program.close();
            tokenizer.close();
            throw e;
        }
    }

    /** Which of a word's sub-tokens the model is asked for. */
    private enum Asked {
        FIRST,
        EACH
    }

    /**
     * What is known of a document while it is being tagged.
     *
     * @param logProbabilities for each word a row for each of its sub-tokens that was asked for; none until they are known
     */
    private record Reading(
            Document document, List<Word> words, SubTokens tokens, Windows windows, float[][][] logProbabilities) {

        /** For each word the row of its first sub-token, an empty one where it has none. */
        float[][] firsts() {
            return Arrays.stream(logProbabilities)
                    .map(rows -> rows.length == 0 ? new float[0] : rows[0])
                    .toArray(float[][]::new);
        }
    }

    /** A window of a document as the model reads it. */
    private record Input(Reading reading, int window, int[] ids) {}

    @Override
    public List<TaggedDocument> tag(List<Document> documents) {
        return readings(documents, Asked.FIRST).stream().map(this::decode).toList();
    }

    @Override
    public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
        return readings(documents, Asked.EACH).stream()
                .map(reading -> new TaggedSubTokens(decode(reading), greedy(reading)))
                .toList();
    }

    private List<Reading> readings(List<Document> documents, Asked asked) {
        List<Reading> readings = documents.stream().map(this::read).toList();
        List<Input> inputs = new ArrayList<>();
        for (Reading reading : readings) {
            for (int window = 0; window < reading.windows().windows().size(); window++) {
                inputs.add(new Input(reading, window, ids(reading, window)));
            }
        }
        // Sequences of like length share a batch: attention is the one place that is padded.
        inputs.sort(Comparator.comparingInt(input -> input.ids().length));
        int from = 0;
        int tokens = 0;
        for (int i = 0; i < inputs.size(); i++) {
            int length = inputs.get(i).ids().length;
            if (i > from && tokens + length > maxBatchTokens) {
                compute(inputs.subList(from, i), asked);
                from = i;
                tokens = 0;
            }
            tokens += length;
        }
        if (from < inputs.size()) {
            compute(inputs.subList(from, inputs.size()), asked);
        }
        return readings;
    }

    private Reading read(Document document) {
        List<Word> words =
                document.words().isEmpty() ? WordBreaker.words(document.text(), document.language()) : document.words();
        SubTokens tokens = tokenizer.encode(
                words.stream().map(word -> word.of(document.text())).toList());
        int[] counts = new int[words.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = tokens.endOfWord(i) - tokens.firstOfWord()[i];
        }
        int capacity = encoder.config().maxLength() - SPECIAL_TOKENS;
        Windows windows = Windows.of(counts, capacity, (int) (capacity * OVERLAP));
        float[][][] logProbabilities = new float[words.size()][0][];
        return new Reading(document, words, tokens, windows, logProbabilities);
    }

    private int[] ids(Reading reading, int window) {
        Windows.Window range = reading.windows().windows().get(window);
        int from = reading.tokens().firstOfWord()[range.firstWord()];
        int to = endOfWindow(reading, range);
        int[] ids = new int[to - from + SPECIAL_TOKENS];
        ids[0] = tokenizer.clsId();
        System.arraycopy(reading.tokens().ids(), from, ids, 1, to - from);
        ids[ids.length - 1] = tokenizer.sepId();
        return ids;
    }

    /** One past the last sub-token that the model reads: a word that fills a window alone may have more. */
    private int endOfWindow(Reading reading, Windows.Window range) {
        int capacity = encoder.config().maxLength() - SPECIAL_TOKENS;
        int from = reading.tokens().firstOfWord()[range.firstWord()];
        return Math.min(reading.tokens().endOfWord(range.endWord() - 1), from + capacity);
    }

    /** Fills in the log-probabilities of the words whose scores are taken from these windows. */
    private void compute(List<Input> inputs, Asked asked) {
        PackedBatch batch = PackedBatch.of(
                inputs.stream().map(Input::ids).toList(), encoder.config().positionOffset());
        int[] selected = new int[batch.tokens()];
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Reading reading = inputs.get(i).reading();
            SubTokens tokens = reading.tokens();
            Windows.Window range = reading.windows().windows().get(inputs.get(i).window());
            int from = tokens.firstOfWord()[range.firstWord()];
            int endOfWindow = endOfWindow(reading, range);
            for (int word = range.firstWord(); word < range.endWord(); word++) {
                if (reading.windows().windowOfWord()[word] != inputs.get(i).window()) {
                    continue;
                }
                int first = tokens.firstOfWord()[word];
                int end = Math.min(tokens.endOfWord(word), asked == Asked.FIRST ? first + 1 : endOfWindow);
                float[][] rowsOfWord = new float[end - first][labels.size()];
                reading.logProbabilities()[word] = rowsOfWord;
                for (int token = first; token < end; token++) {
                    selected[rows.size()] = batch.starts()[i] + 1 + token - from;
                    rows.add(rowsOfWord[token - first]);
                }
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        float[] flat = encoder.logProbabilities(batch, Arrays.copyOf(selected, rows.size()));
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(flat, i * labels.size(), rows.get(i), 0, labels.size());
        }
    }

    private TaggedDocument decode(Reading reading) {
        Labelling labelling = decoder.decode(reading.firsts());
        return new TaggedDocument(
                reading.document(),
                reading.words(),
                labelling.tags(),
                Entities.of(reading.document().text(), reading.words(), labelling));
    }

    private List<List<String>> greedy(Reading reading) {
        List<String> tags = decoder.greedy(Arrays.stream(reading.logProbabilities())
                        .flatMap(Arrays::stream)
                        .toArray(float[][]::new))
                .tags();
        List<List<String>> byWord = new ArrayList<>();
        int from = 0;
        for (float[][] rows : reading.logProbabilities()) {
            byWord.add(tags.subList(from, from + rows.length));
            from += rows.length;
        }
        return byWord;
    }

    @Override
    public String modelId() {
        return modelId;
    }

    @Override
    public LabelSet labels() {
        return labels;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public void close() {
        owner.close();
        program.close();
        tokenizer.close();
    }
}
