package dev.slicer.jobs;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.Engine;
import dev.slicer.training.TrainingException;
import java.nio.file.Path;
import java.util.function.Function;

/** What the steps of a job share. */
record Job(TrainingRequest request, StopSignal signal, JobProgress progress, Engine engine, JobFolders folders) {
    Path output() {
        return folders.output(request.jobId());
    }

    /**
     * Measures how much attention the tokens of a model put on themselves, and tells it.
     *
     * @param model as {@link JobContext#measured} names it
     * @param describe the state that the job is in, with a message
     */
    void measureAttention(String model, Path folder, Corpus corpus, Function<String, JobState> describe) {
        SelfAttentionShares shares =
                engine.selfAttention(ModelFiles.in(folder), corpus, TokenGroup.ALL, (done, total) -> {
                    if (signal.stopped()) {
                        throw new TrainingException("stopped while attention was measured");
                    }
                    progress.tell(describe.apply(
                            "measuring attention of the " + model + " model: " + done + " of " + total + " tokens"));
                });
        progress.measured(model, shares);
    }
}
