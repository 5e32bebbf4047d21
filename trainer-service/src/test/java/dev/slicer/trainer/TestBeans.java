package dev.slicer.trainer;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.corpus.NamedCorpora;
import dev.slicer.jobs.FakeFineTuner;
import dev.slicer.jobs.FakeScoring;
import dev.slicer.jobs.JobTools;
import dev.slicer.models.NamedModels;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;

/** Stands in for the two parts that take minutes and gigabytes. */
class TestBeans {
    @Produces
    @Singleton
    JobTools jobTools(TrainerSettings settings) {
        return fakes(new FakeFineTuner(), settings);
    }

    static JobTools fakes(FakeFineTuner tuner, TrainerSettings settings) {
        NamedCorpora corpora = new NamedCorpora(settings.corpusRoots(), settings.corpusLimits());
        NamedModels models = new NamedModels(settings.modelRoots());
        return new JobTools(
                corpora::ofOneRequest,
                (reference, listener) ->
                        Path.of("models", models.find(reference).toString()),
                tuner,
                new FakeScoring(),
                (model, corpus, progress) -> new SelfAttentionShares(
                        List.of(0.25, 0.5), 1, corpus.sentences().size()));
    }
}
