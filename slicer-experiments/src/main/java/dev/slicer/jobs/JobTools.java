package dev.slicer.jobs;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.corpus.CorpusSource;
import dev.slicer.engine.EngineOptions;
import dev.slicer.experiments.RunScorer;
import dev.slicer.training.FineTuning;
import java.util.function.Supplier;

/**
 * What jobs are done with: what they may name, and everything that needs a model.
 *
 * @param corpora gives what opens the corpora of one job
 */
public record JobTools(
        Supplier<CorpusSource> corpora,
        BaseModels models,
        FineTuner tuner,
        RunScorer.Models scoring,
        AttentionProbe attention) {

    /** The real ones. */
    public static JobTools of(Supplier<CorpusSource> corpora, BaseModels models, EngineOptions options) {
        return new JobTools(
                corpora,
                models,
                (job, progress, cancelled) -> FineTuning.run(job, options, progress, cancelled),
                RunScorer.Models.of(options),
                (model, corpus, progress) -> SelfAttention.measure(model, corpus, options, progress));
    }
}
