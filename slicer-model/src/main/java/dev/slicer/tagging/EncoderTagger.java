package dev.slicer.tagging;

import ai.djl.ndarray.NDManager;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.decoding.Entities;
import dev.slicer.decoding.Iob2Viterbi;
import dev.slicer.decoding.Labelling;
import dev.slicer.decoding.Windows;
import dev.slicer.decoding.WordScores;
import dev.slicer.encoder.Encoder;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.encoder.PackedBatch;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.PrecisionProbe;
import dev.slicer.engine.SideBySide;
import dev.slicer.engine.TorchProgram;
import dev.slicer.labels.LabelSet;
import dev.slicer.labels.TagScheme;
import dev.slicer.language.LanguageDetector;
import dev.slicer.segmentation.Sentences;
import dev.slicer.segmentation.WordBreaker;
import dev.slicer.tagging.TaggingOptions.Aggregation;
import dev.slicer.text.Document;
import dev.slicer.text.ReadSubTokens;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import dev.slicer.tokenization.SubTokenizer;
import dev.slicer.tokenization.SubTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Tags with an encoder on the engine: words, sub-tokens, windows, packed batches, valid IOB2, entities. */
final class EncoderTagger implements Tagger {
    /** Share of a window that the next one repeats, so that every word is read with context on both sides. */
    private static final double OVERLAP = 0.25;

    static final int SPECIAL_TOKENS = 2;

    private final String modelId;
    private final TorchProgram program;
    private final NDManager owner;
    private final SubTokenizer tokenizer;
    private final Encoder encoder;
    private final Precision precision;
    private final LabelSet labels;
    private final boolean iob1;
    private final Iob2Viterbi decoder;
    private final int maxBatchTokens;
    private final int cores;
    private final boolean detectLanguages;

    private EncoderTagger(
            String modelId,
            TorchProgram program,
            NDManager owner,
            SubTokenizer tokenizer,
            Encoder encoder,
            ModelFiles checkpoint,
            EngineOptions options) {
        this.modelId = modelId;
        this.program = program;
        this.owner = owner;
        this.tokenizer = tokenizer;
        this.precision = encoder.precision();
        this.encoder = encoder;
        this.labels = readable(encoder.config().labels(), checkpoint.path("config.json"));
        this.maxBatchTokens = options.maxBatchTokens();
        this.cores = program.cores();
        this.detectLanguages = options.detectLanguages();
        this.iob1 = EntityBorders.areUnknown(checkpoint, labels)
                ? EntityBorders.areIob1(predictions(EntityBorders.sample()))
                : EntityBorders.areDeclaredIob1(checkpoint);
        this.decoder = new Iob2Viterbi(labels, iob1);
    }

    private static LabelSet readable(Optional<LabelSet> labels, Path config) {
        LabelSet known = labels.orElseThrow(() -> new CheckpointException(config, "has no id2label"));
        try {
            known.tags();
            return known;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(config, "id2label: " + e.getMessage(), e);
        }
    }

    static EncoderTagger open(ModelFiles checkpoint, String modelId, EngineOptions options) {
        // What kind of model it is says more than what its tokenizer lacks.
        EncoderConfig.read(checkpoint);
        // What reads text takes about as long to load as the weights.
        CompletableFuture<SubTokenizer> reader = CompletableFuture.supplyAsync(
                () -> openReader(checkpoint, options), task -> new Thread(task, "tokenizer-loading").start());
        Optional<TorchProgram> program = Optional.empty();
        try {
            program = Optional.of(TorchProgram.load(options));
            return open(program.get(), reader, checkpoint, modelId, options);
        } catch (RuntimeException | Error e) {
            program.ifPresent(TorchProgram::close);
            reader.thenAccept(SubTokenizer::close);
            throw e;
        }
    }

    private static SubTokenizer openReader(ModelFiles checkpoint, EngineOptions options) {
        SubTokenizer tokenizer = SubTokenizer.ofModel(checkpoint);
        if (options.detectLanguages()) {
            LanguageDetector.prepare();
        }
        return tokenizer;
    }

    private static EncoderTagger open(
            TorchProgram program,
            CompletableFuture<SubTokenizer> reader,
            ModelFiles checkpoint,
            String modelId,
            EngineOptions options) {
        NDManager owner = program.newScope();
        try {
            Precision precision = PrecisionProbe.forTagging(program, options);
            EncoderParameters parameters = EncoderParameters.loadClassifier(program, owner, checkpoint, precision);
            SubTokenizer tokenizer = awaited(reader);
            Encoder encoder = new Encoder(program, parameters, precision);
            if (precision == Precision.INT8) {
                encoder = encoder.scaledBy(OrdinarySentences.batches(tokenizer, parameters.config()));
            }
            return new EncoderTagger(modelId, program, owner, tokenizer, encoder, checkpoint, options);
        } catch (RuntimeException | Error e) {
            owner.close();
            throw e;
        }
    }

    private static SubTokenizer awaited(CompletableFuture<SubTokenizer> reader) {
        try {
            return reader.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private List<List<String>> predictions(List<Document> documents) {
        Iob2Viterbi any = new Iob2Viterbi(labels);
        List<TokenizedText> tokenized = documents.stream()
                .map(document -> new TokenizedText(document, TaggingOptions.defaults()))
                .toList();
        Batches.compute(this, tokenized);
        return tokenized.stream().map(text -> any.unrepaired(text.wordRows())).toList();
    }

    /** A document while it is being tagged. */
    private final class TokenizedText implements TokenizedDocument {
        private final Document document;
        private final TaggingOptions options;
        private final List<Word> words;
        private final SubTokens tokens;
        private final Windows windows;
        /** For each word a row for each of its sub-tokens that was asked for; none until they are known. */
        private final float[][][] logProbabilities;

        private final List<Input> inputs = new ArrayList<>();
        private final Optional<String> detectedLanguage;

        TokenizedText(Document document, TaggingOptions options) {
            this.document = document;
            this.options = options;
            words = document.words().isEmpty()
                    ? WordBreaker.words(document.text(), document.language())
                    : document.words();
            tokens = tokenizer.encode(
                    words.stream().map(word -> word.of(document.text())).toList());
            int[] counts = new int[words.size()];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = tokens.endOfWord(i) - tokens.firstOfWord()[i];
            }
            int capacity = encoder.config().maxLength() - SPECIAL_TOKENS;
            windows = Windows.of(
                    counts,
                    capacity,
                    (int) (capacity * OVERLAP),
                    () -> Sentences.ends(document.text(), words, document.language()));
            logProbabilities = new float[words.size()][0][];
            detectedLanguage = detectLanguages && document.language().isEmpty()
                    ? LanguageDetector.detect(document.text())
                    : Optional.empty();
            for (int window = 0; window < windows.windows().size(); window++) {
                inputs.add(new Input(this, window, ids(window)));
            }
        }

        private int[] ids(int window) {
            Windows.Window range = windows.windows().get(window);
            int from = tokens.firstOfWord()[range.firstWord()];
            int to = endOfWindow(range);
            int[] ids = new int[to - from + SPECIAL_TOKENS];
            ids[0] = tokenizer.clsId();
            System.arraycopy(tokens.ids(), from, ids, 1, to - from);
            ids[ids.length - 1] = tokenizer.sepId();
            return ids;
        }

        /** One past the last sub-token that the model reads: a word that fills a window alone may have more. */
        private int endOfWindow(Windows.Window range) {
            int capacity = encoder.config().maxLength() - SPECIAL_TOKENS;
            int from = tokens.firstOfWord()[range.firstWord()];
            return Math.min(tokens.endOfWord(range.endWord() - 1), from + capacity);
        }

        @Override
        public List<Input> chunks() {
            return inputs;
        }

        @Override
        public TaggedDocument decode() {
            float[][] rows = wordRows();
            Labelling all = switch (options.decoder()) {
                case VITERBI -> joined(decoder.decode(rows));
                case GREEDY -> decoder.greedy(rows);
            };
            Labelling labelling = all.only(options.minScore(), options.types());
            return new TaggedDocument(
                    document,
                    words,
                    labelling.tags(),
                    Entities.of(document.text(), words, labelling),
                    detectedLanguage,
                    Optional.of(new ReadSubTokens(
                            tokens.ids().length,
                            tokens.count(tokenizer.unkId()),
                            options.subTokenTags() ? Optional.of(greedySubTokens()) : Optional.empty())));
        }

        /** Words that the sender gives are as he wants them, and so are their borders. */
        private Labelling joined(Labelling labelling) {
            return document.words().isEmpty()
                    ? labelling.withInitialsJoined(
                            word -> WordBreaker.isInitial(words.get(word).of(document.text())))
                    : labelling;
        }

        private TaggedSubTokens decodeSubTokens() {
            TaggedDocument tagged = decode();
            return new TaggedSubTokens(
                    tagged,
                    greedyWords(),
                    tagged.subTokens().flatMap(ReadSubTokens::tags).orElseThrow());
        }

        private boolean needsEachSubToken() {
            return options.subTokenTags() || options.aggregation() != Aggregation.FIRST;
        }

        private float[][] wordRows() {
            return Arrays.stream(logProbabilities).map(this::wordScores).toArray(float[][]::new);
        }

        private float[] wordScores(float[][] subTokens) {
            return switch (options.aggregation()) {
                case FIRST -> WordScores.first(subTokens);
                case AVERAGE -> WordScores.average(subTokens);
                case MAX -> WordScores.max(subTokens);
            };
        }

        private List<String> greedyWords() {
            return decoder.greedy(Arrays.stream(logProbabilities)
                            .map(WordScores::first)
                            .toArray(float[][]::new))
                    .tags();
        }

        /** The most probable label of each sub-token on its own, by word. */
        private List<List<String>> greedySubTokens() {
            List<String> tags = decoder.greedy(Arrays.stream(logProbabilities)
                            .flatMap(Arrays::stream)
                            .toArray(float[][]::new))
                    .tags();
            List<List<String>> byWord = new ArrayList<>();
            int from = 0;
            for (float[][] rows : logProbabilities) {
                byWord.add(tags.subList(from, from + rows.length));
                from += rows.length;
            }
            return byWord;
        }
    }

    /** A window of a document as the model reads it. */
    private record Input(TokenizedText text, int window, int[] ids) implements Chunk {
        @Override
        public int tokens() {
            return ids.length;
        }
    }

    @Override
    public TokenizedDocument tokenize(Document document, TaggingOptions options) {
        return new TokenizedText(document, options);
    }

    @Override
    public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
        TaggingOptions options = TaggingOptions.defaults().withSubTokenTags();
        List<TokenizedText> tokenized =
                SideBySide.map(documents, cores, document -> new TokenizedText(document, options));
        Batches.compute(this, tokenized);
        return SideBySide.map(tokenized, cores, TokenizedText::decodeSubTokens);
    }

    /** Fills in the log-probabilities of the words whose scores are taken from these windows. */
    @Override
    public void compute(List<? extends Chunk> chunks, int cores) {
        List<Input> inputs = chunks.stream().map(Input.class::cast).toList();
        PackedBatch batch = PackedBatch.of(
                inputs.stream().map(Input::ids).toList(), encoder.config().positionOffset());
        int[] selected = new int[batch.tokens()];
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            TokenizedText text = inputs.get(i).text();
            SubTokens tokens = text.tokens;
            Windows.Window range = text.windows.windows().get(inputs.get(i).window());
            int from = tokens.firstOfWord()[range.firstWord()];
            int endOfWindow = text.endOfWindow(range);
            for (int word = range.firstWord(); word < range.endWord(); word++) {
                if (text.windows.windowOfWord()[word] != inputs.get(i).window()) {
                    continue;
                }
                int first = tokens.firstOfWord()[word];
                int end = Math.min(tokens.endOfWord(word), text.needsEachSubToken() ? endOfWindow : first + 1);
                float[][] rowsOfWord = new float[end - first][labels.size()];
                text.logProbabilities[word] = rowsOfWord;
                for (int token = first; token < end; token++) {
                    selected[rows.size()] = batch.starts()[i] + 1 + token - from;
                    rows.add(rowsOfWord[token - first]);
                }
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        float[] flat = TorchProgram.onCores(
                cores, () -> encoder.logProbabilities(batch, Arrays.copyOf(selected, rows.size())));
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(flat, i * labels.size(), rows.get(i), 0, labels.size());
        }
    }

    @Override
    public int maxBatchTokens() {
        return maxBatchTokens;
    }

    @Override
    public int cores() {
        return cores;
    }

    @Override
    public String modelId() {
        return modelId;
    }

    @Override
    public LabelSet labels() {
        return labels;
    }

    TagScheme borders() {
        return iob1 ? TagScheme.IOB1 : TagScheme.IOB2;
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
