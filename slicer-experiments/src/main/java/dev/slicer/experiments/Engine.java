package dev.slicer.experiments;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.engine.EngineOptions;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.tagging.EntityBorders;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.FineTuning;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** All that needs a model. Jobs, experiments and commands reach models through it alone; {@link ModelEngine} is the real one. */
public interface Engine {
    /**
     * Brings a base model to this machine.
     *
     * @param reference as a request or a command has it
     * @return folder in HuggingFace's layout
     * @throws dev.slicer.models.fetching.ModelException where there is no such model
     */
    Path baseModel(String reference, DownloadListener listener);

    /** As {@link FineTuning#run}. */
    List<Snapshot> fineTune(FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled);

    /** As {@link Tagger#open}. */
    Tagger tagger(ModelFiles checkpoint, String modelId);

    /** As {@link EntityBorders#of}. */
    Optional<String> borders(ModelFiles checkpoint);

    /** As {@link SelfAttention#measure}. */
    SelfAttentionShares selfAttention(
            ModelFiles model, Corpus corpus, TokenGroup tokens, SelfAttention.Progress progress);

    /** The same engine with other options. */
    Engine with(EngineOptions options);
}
