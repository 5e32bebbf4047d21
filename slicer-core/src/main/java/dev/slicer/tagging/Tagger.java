package dev.slicer.tagging;

import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.nio.file.Path;
import java.util.List;

/** A loaded checkpoint that finds entities in texts. Safe for use by several threads. */
public interface Tagger extends AutoCloseable {

    /**
     * Loads a checkpoint: a HuggingFace token-classification folder (BERT or XLM-R/RoBERTa).
     *
     * @param modelId what {@link #modelId()} answers
     * @throws dev.slicer.checkpoint.CheckpointException naming the file that is missing, damaged or of another kind
     */
    static Tagger open(Path checkpoint, String modelId, EngineOptions options) {
        return EncoderTagger.open(checkpoint, modelId, options);
    }

    /** The documents with their entities, in the order given; texts of any length, none is truncated. */
    List<TaggedDocument> tag(List<Document> documents);

    /** As {@link #tag}, with the labels of all sub-tokens beside, from the same reading of the texts. */
    List<TaggedSubTokens> tagSubTokens(List<Document> documents);

    String modelId();

    LabelSet labels();

    Precision precision();

    @Override
    void close();
}
