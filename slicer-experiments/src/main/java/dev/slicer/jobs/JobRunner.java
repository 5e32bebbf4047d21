package dev.slicer.jobs;

import dev.slicer.corpus.CorpusSource;
import dev.slicer.events.CheckpointIds;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.Engine;
import java.util.function.Supplier;

/**
 * Takes jobs through their states, one at a time: trains or averages, scores, publishes. What is wrong with a request or
 * its run ends in a failed job, never in an exception. A run that was broken off goes on from the state that it saved.
 */
public final class JobRunner {
    private final Supplier<CorpusSource> corpora;
    private final Engine engine;
    private final Publication publication;
    private final JobFolders folders;

    /** @param corpora gives what opens the corpora of one job */
    public JobRunner(Supplier<CorpusSource> corpora, Engine engine, Publication publication, JobFolders folders) {
        this.corpora = corpora;
        this.engine = engine;
        this.publication = publication;
        this.folders = folders;
    }

    /**
     * @return {@link JobState.Ended}, or {@link JobState.Queued} where the signal asked to give the job back
     * @throws UntoldException where the context threw; then the job is to be run again
     */
    public JobState run(TrainingRequest request, StopSignal signal, JobContext context) {
        JobProgress progress = new JobProgress(JobState.queued(request.jobId()), context);
        Job job = new Job(request, signal, progress, engine, folders);
        JobState state = new JobRun(job, corpora.get(), publication, context::failureOf).toItsEnd();
        if (state instanceof JobState.Ended end) {
            JobFolders.tidily(() -> folders.discardOwn(end));
        }
        return state;
    }

    /** The furthest step from which a run of the job would go on, whichever process saved it; 0 where nothing is saved. */
    public int savedStep(String jobId) {
        return folders.savedStep(jobId);
    }

    /** Deletes what any process saved of a job. It must be over for all of them, as its readers know it to be. */
    public void discard(String jobId) {
        if (CheckpointIds.isValid(jobId)) {
            JobFolders.tidily(() -> folders.discardAll(jobId));
        }
    }

    /** Deletes what killed processes left where they wrote models, long ago. */
    public void discardAbandoned() {
        JobFolders.tidily(folders::discardAbandoned);
    }
}
