package dev.slicer.jobs;

import dev.slicer.encoder.EncoderConfig;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.RunFiles;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Fine-tunes a job's model, from the furthest state that is saved of the run. */
final class TrainingStep {
    private final Job job;

    TrainingStep(Job job) {
        this.job = job;
    }

    JobModel run(JobState.Preparing preparing, JobCorpora corpora) {
        JobProgress progress = job.progress();
        Path base = job.engine()
                .baseModel(
                        job.request().baseModel(),
                        (phase, done, total) -> progress.tell(preparing.describe(describe(phase, done, total))));
        corpora.attentionOn()
                .ifPresent(corpus -> job.measureAttention(JobContext.BASE, base, corpus, preparing::describe));
        RunFiles files = job.folders().takeUp(job.request());
        JobState.Running[] running = {progress.enter(preparing.run())};
        FineTuningJob fineTuning = new FineTuningJob(
                base,
                corpora.train(),
                corpora.labels(),
                job.request().hyperparameters(),
                job.output(),
                Optional.of(files));
        List<Snapshot> snapshots = job.engine()
                .fineTune(
                        fineTuning,
                        at -> {
                            running[0] = running[0].advance(at);
                            progress.enter(running[0]);
                        },
                        job.signal()::stopped);
        int steps = running[0].progress().map(TrainingProgress::totalSteps).orElse(0);
        Provenance provenance = Provenance.ofTraining(
                job.request(),
                corpora.train(),
                corpora.labels(),
                EncoderConfig.read(job.output()).hiddenSize(),
                steps);
        return new JobModel(job.output(), provenance, snapshots, steps);
    }

    private static String describe(String phase, long done, OptionalLong total) {
        String of = total.isPresent() ? " of " + megabytes(total.getAsLong()) : "";
        return phase + ": " + megabytes(done) + of + " MB";
    }

    private static long megabytes(long bytes) {
        return bytes / 1_000_000;
    }
}
