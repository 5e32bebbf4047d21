package dev.slicer.trainer;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.jobs.FakeFineTuner;
import dev.slicer.jobs.FakeScoring;
import dev.slicer.jobs.JobTools;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;

/** Stands in for the two parts that take minutes and gigabytes. */
class TestBeans {
    @Produces
    @Singleton
    JobTools jobTools() {
        return fakes(new FakeFineTuner());
    }

    static JobTools fakes(FakeFineTuner tuner) {
        return new JobTools(
                (reference, listener) -> Path.of("models", reference),
                tuner,
                new FakeScoring(),
                (model, corpus, progress) -> new SelfAttentionShares(
                        List.of(0.25, 0.5), 1, corpus.sentences().size()));
    }
}
