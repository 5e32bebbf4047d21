package dev.slicer.tagging;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.SideBySide;
import dev.slicer.labels.LabelSet;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.nio.file.Path;
import java.util.List;

/**
 * A loaded checkpoint that finds entities in texts. Safe for use by several threads.
 *
 * <p>Tagging has three steps, so that texts of different callers can share the model's forward passes: {@link #tokenize}
 * breaks a text into sub-tokens, {@link #compute} runs the model, {@link TokenizedDocument#decode} finds the entities.
 */
public interface Tagger extends AutoCloseable {
    /**
     * Sub-tokens of a pass on one core where there is work for all: enough to be as fast for each as any, and few enough for the
     * cores to end together and for a request that comes meanwhile.
     */
    int ONE_CORE_TOKENS = 256;

    /**
     * Loads a checkpoint: a HuggingFace token-classification folder (BERT or XLM-R/RoBERTa).
     *
     * @param modelId what {@link #modelId()} answers
     * @throws dev.slicer.checkpoint.files.CheckpointException naming the file that is missing, damaged or of another kind
     */
    static Tagger open(Path checkpoint, String modelId, EngineOptions options) {
        return open(ModelFiles.in(checkpoint), modelId, options);
    }

    /** As {@link #open(Path, String, EngineOptions)}; no file is read later. */
    static Tagger open(ModelFiles checkpoint, String modelId, EngineOptions options) {
        return EncoderTagger.open(checkpoint, modelId, options);
    }

    /** The first step: a text of any length, none is truncated. */
    TokenizedDocument tokenize(Document document, TaggingOptions options);

    /**
     * The second: one forward pass over chunks of any of this tagger's documents. Passes of several threads are computed side by
     * side.
     *
     * @param cores that the pass uses
     */
    void compute(List<? extends Chunk> chunks, int cores);

    /** The most sub-tokens that should be computed at once. */
    int maxBatchTokens();

    /** Cores that all passes may use together; 1 where they take turns on a GPU. */
    int cores();

    /** The documents with their entities, in the order given; texts of any length, none is truncated. */
    default List<TaggedDocument> tag(List<Document> documents, TaggingOptions options) {
        List<TokenizedDocument> tokenized = SideBySide.map(documents, cores(), document -> tokenize(document, options));
        Batches.compute(this, tokenized);
        return SideBySide.map(tokenized, cores(), TokenizedDocument::decode);
    }

    /** As {@link #tag(List, TaggingOptions)} with the default options. */
    default List<TaggedDocument> tag(List<Document> documents) {
        return tag(documents, TaggingOptions.defaults());
    }

    /** As {@link #tag(List)}, with the labels of all sub-tokens beside, from the same reading of the texts. */
    List<TaggedSubTokens> tagSubTokens(List<Document> documents);

    String modelId();

    LabelSet labels();

    Precision precision();

    @Override
    void close();
}
