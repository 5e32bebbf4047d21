package dev.slicer.jobs;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.events.CheckpointPublished;
import java.util.Optional;

/** What surrounds a job: those who follow it, and the other jobs. What a method throws ends the run, untold. */
public interface JobContext {
    /** Name of the model before fine-tuning. */
    String BASE = "base";
    /** Name of the model after it. */
    String FINE_TUNED = "fine-tuned";

    /** The job is in this state; told of every step. */
    void changed(JobState state);

    /** The checkpoint lies in the store. */
    void published(CheckpointPublished checkpoint);

    /** @param model {@link #BASE} or {@link #FINE_TUNED} */
    void measured(String model, SelfAttentionShares shares);

    /** Why another job has no checkpoint; empty where nothing is known of it. */
    Optional<String> failureOf(String jobId);
}
