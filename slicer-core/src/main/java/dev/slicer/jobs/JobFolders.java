package dev.slicer.jobs;

import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.ScoreLog;
import dev.slicer.training.RunFiles;
import java.nio.file.Path;

/**
 * Where jobs keep their files while they run.
 *
 * @param work for what is of use to nobody else: the model that is being written
 * @param state for what another process needs to go on with a job that was broken off; each job has a folder in it
 * @param saveEvery steps between two saves of a run's state; 0 saves none
 */
public record JobFolders(Path work, Path state, int saveEvery) {
    Path output(String jobId) {
        return work.resolve(jobId);
    }

    RunFiles filesOf(TrainingRequest request) {
        return new RunFiles(state.resolve(request.jobId()), saveEvery, request.snapshots());
    }

    /** Scores that are known before the job is over. */
    ScoreLog scoresOf(String jobId) {
        return new ScoreLog(scoresFile(jobId));
    }

    Path scoresFile(String jobId) {
        return state.resolve(jobId).resolve("scores.jsonl");
    }
}
