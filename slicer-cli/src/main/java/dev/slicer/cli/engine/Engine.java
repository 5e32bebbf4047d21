package dev.slicer.cli.engine;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.corpus.Corpus;
import dev.slicer.engine.EngineOptions;
import dev.slicer.io.Home;
import dev.slicer.models.DownloadListener;
import dev.slicer.models.ModelReference;
import dev.slicer.models.ModelStore;
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

/** What the commands have done for them: everything that needs a model. */
public interface Engine {
    /** As {@link ModelStore#resolve}. */
    Path baseModel(ModelReference reference, DownloadListener listener);

    /** As {@link FineTuning#run}. */
    List<Snapshot> fineTune(
            FineTuningJob job, EngineOptions options, Consumer<TrainingProgress> progress, BooleanSupplier cancelled);

    /** As {@link Tagger#open}. */
    Tagger open(Path checkpoint, String modelId, EngineOptions options);

    /** As {@link EntityBorders#of}. */
    Optional<String> borders(Path checkpoint);

    /** As {@link SelfAttention#measure}. */
    SelfAttentionShares selfAttention(
            Path model, Corpus corpus, TokenGroup tokens, EngineOptions options, SelfAttention.Progress progress);

    static Engine of(Home home) {
        return new Engine() {
            @Override
            public Path baseModel(ModelReference reference, DownloadListener listener) {
                return new ModelStore(home.models()).resolve(reference, listener);
            }

            @Override
            public List<Snapshot> fineTune(
                    FineTuningJob job,
                    EngineOptions options,
                    Consumer<TrainingProgress> progress,
                    BooleanSupplier cancelled) {
                return FineTuning.run(job, options, progress, cancelled);
            }

            @Override
            public Tagger open(Path checkpoint, String modelId, EngineOptions options) {
                return Tagger.open(checkpoint, modelId, options);
            }

            @Override
            public Optional<String> borders(Path checkpoint) {
                return EntityBorders.of(checkpoint, EngineOptions.defaults());
            }

            @Override
            public SelfAttentionShares selfAttention(
                    Path model,
                    Corpus corpus,
                    TokenGroup tokens,
                    EngineOptions options,
                    SelfAttention.Progress progress) {
                return SelfAttention.measure(model, corpus, tokens, options, progress);
            }
        };
    }
}
