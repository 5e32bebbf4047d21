package dev.slicer.trainer.rest;

import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.trainer.board.JobBoard;
import java.time.Instant;
import java.util.Optional;

/**
 * A job as REST shows it.
 *
 * @param request what was asked for; absent where it is no longer on the topic
 */
record JobView(
        String jobId, TrainingStatus status, Optional<TrainingRequest> request, Instant createdAt, Instant updatedAt) {
    static JobView of(JobBoard.Job job) {
        return new JobView(job.jobId(), job.status(), job.request(), job.createdAt(), job.updatedAt());
    }
}
