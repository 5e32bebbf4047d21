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

    /** What is known of a document while it is being tagged; {@code logProbabilities} has an empty row until a word's is known. */
    private record Reading(
            Document document, List<Word> words, SubTokens tokens, Windows windows, float[][] logProbabilities) {}

    /** A window of a document as the model reads it. */
    private record Input(Reading reading, int window, int[] ids) {}

    @Override
    public List<TaggedDocument> tag(List<Document> documents) {
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
                compute(inputs.subList(from, i));
                from = i;
                tokens = 0;
            }
            tokens += length;
        }
        if (from < inputs.size()) {
            compute(inputs.subList(from, inputs.size()));
        }
        return readings.stream().map(this::decode).toList();
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
        float[][] logProbabilities = new float[words.size()][0];
        return new Reading(document, words, tokens, windows, logProbabilities);
    }

    private int[] ids(Reading reading, int window) {
        Windows.Window range = reading.windows().windows().get(window);
        int from = reading.tokens().firstOfWord()[range.firstWord()];
        int capacity = encoder.config().maxLength() - SPECIAL_TOKENS;
        int to = Math.min(reading.tokens().endOfWord(range.endWord() - 1), from + capacity);
        int[] ids = new int[to - from + SPECIAL_TOKENS];
        ids[0] = tokenizer.clsId();
        System.arraycopy(reading.tokens().ids(), from, ids, 1, to - from);
        ids[ids.length - 1] = tokenizer.sepId();
        return ids;
    }

    /** Fills in the log-probabilities of the words whose scores are taken from these windows, at their first sub-token. */
    private void compute(List<Input> inputs) {
        PackedBatch batch = PackedBatch.of(
                inputs.stream().map(Input::ids).toList(), encoder.config().positionOffset());
        int[] selected = new int[batch.tokens()];
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Reading reading = inputs.get(i).reading();
            SubTokens tokens = reading.tokens();
            Windows.Window range = reading.windows().windows().get(inputs.get(i).window());
            int from = tokens.firstOfWord()[range.firstWord()];
            for (int word = range.firstWord(); word < range.endWord(); word++) {
                int first = tokens.firstOfWord()[word];
                boolean counts =
                        reading.windows().windowOfWord()[word] == inputs.get(i).window();
                if (counts && first < tokens.endOfWord(word)) {
                    selected[rows.size()] = batch.starts()[i] + 1 + first - from;
                    float[] row = new float[labels.size()];
                    reading.logProbabilities()[word] = row;
                    rows.add(row);
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
        Labelling labelling = decoder.decode(reading.logProbabilities());
        return new TaggedDocument(
                reading.document(),
                reading.words(),
                labelling.tags(),
                Entities.of(reading.document().text(), reading.words(), labelling));
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
