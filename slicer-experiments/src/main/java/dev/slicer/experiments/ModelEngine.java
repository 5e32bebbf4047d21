package dev.slicer.experiments;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.engine.EngineOptions;
import dev.slicer.models.ModelStore;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.hub.ModelReference;
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
import java.util.function.Function;

/** Models that are computed with PyTorch, their base models from a {@link ModelStore}. */
public final class ModelEngine implements Engine {
    private final Function<String, ModelReference> references;
    private final ModelStore store;
    private final EngineOptions options;

    /** @param references what a reference names, such as {@link ModelReference#parse} */
    public ModelEngine(Function<String, ModelReference> references, ModelStore store, EngineOptions options) {
        this.references = references;
        this.store = store;
        this.options = options;
    }

    @Override
    public Path baseModel(String reference, DownloadListener listener) {
        return store.resolve(references.apply(reference), listener);
    }

    @Override
    public List<Snapshot> fineTune(FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        return FineTuning.run(job, options, progress, cancelled);
    }

    @Override
    public Tagger tagger(ModelFiles checkpoint, String modelId) {
        return Tagger.open(checkpoint, modelId, options);
    }

    @Override
    public Optional<String> borders(ModelFiles checkpoint) {
        return EntityBorders.of(checkpoint, options);
    }

    @Override
    public SelfAttentionShares selfAttention(
            ModelFiles model, Corpus corpus, TokenGroup tokens, SelfAttention.Progress progress) {
        return SelfAttention.measure(model, corpus, tokens, options, progress);
    }

    @Override
    public Engine with(EngineOptions other) {
        return new ModelEngine(references, store, other);
    }
}
