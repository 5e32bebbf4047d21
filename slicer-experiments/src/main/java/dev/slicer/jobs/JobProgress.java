package dev.slicer.jobs;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.events.CheckpointPublished;

/**
 * Where a job stands, told to its context. What the context throws says nothing about the job and must not fail it, so it
 * comes out as an {@link UntoldException}.
 */
final class JobProgress {
    private final JobContext context;
    private JobState.Open state;

    JobProgress(JobState.Open first, JobContext context) {
        this.state = first;
        this.context = context;
    }

    JobState.Open state() {
        return state;
    }

    <S extends JobState.Open> S enter(S next) {
        state = next;
        tell(next);
        return next;
    }

    /** Of a state that the job stays in, or ends in. */
    void tell(JobState news) {
        tell(() -> context.changed(news));
    }

    void published(CheckpointPublished checkpoint) {
        tell(() -> context.published(checkpoint));
    }

    void measured(String model, SelfAttentionShares shares) {
        tell(() -> context.measured(model, shares));
    }

    private static void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            throw new UntoldException(e);
        }
    }
}
