package dev.slicer.jobs;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.engine.EngineOptions;
import dev.slicer.experiments.RunScorer;
import dev.slicer.training.FineTuning;

/** What jobs are done with: everything that needs a model. */
public record JobTools(BaseModels models, FineTuner tuner, RunScorer.Models scoring, AttentionProbe attention) {

    /** The real ones. */
    public static JobTools of(BaseModels models, EngineOptions options) {
        return new JobTools(
                models,
                (job, progress, cancelled) -> FineTuning.run(job, options, progress, cancelled),
                RunScorer.Models.of(options),
                (model, corpus, progress) -> SelfAttention.measure(model, corpus, options, progress));
    }
}
