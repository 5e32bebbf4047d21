package dev.slicer.trainer;

import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All jobs as the topics tell of them: what was asked for and the newest status, whichever trainer wrote it. Safe for
 * use by several threads.
 */
final class JobBoard {
    /** @param request empty while only a status of the job has been read */
    record Job(Optional<TrainingRequest> request, TrainingStatus status, Instant createdAt, Instant updatedAt) {}

    private final Map<String, Job> jobs = new HashMap<>();

    /** The first request of an id counts, as it is the one that is run. */
    synchronized void requested(TrainingRequest request, Instant at) {
        jobs.merge(
                request.jobId(),
                new Job(Optional.of(request), TrainingStatuses.of(JobState.queued(request.jobId())), at, at),
                (known, added) -> known.request().isPresent()
                        ? known
                        : new Job(added.request(), known.status(), added.createdAt(), known.updatedAt()));
    }

    synchronized void reported(TrainingStatus status, Instant at) {
        jobs.merge(
                status.jobId(),
                new Job(Optional.empty(), status, at, at),
                (known, added) -> outranks(known.status(), status)
                        ? known
                        : new Job(known.request(), status, known.createdAt(), at));
    }

    /**
     * A job that is over stays over, though a trainer that has not noticed its cancellation still reports. A checkpoint
     * that was published in the meantime is a fact.
     */
    private static boolean outranks(TrainingStatus known, TrainingStatus added) {
        return known.state().isLast() && added.state() != TrainingStatus.State.SUCCEEDED;
    }

    synchronized Optional<Job> find(String jobId) {
        return Optional.ofNullable(jobs.get(jobId));
    }

    /** Newest first. */
    synchronized List<Job> all() {
        return jobs.values().stream()
                .sorted(Comparator.comparing(Job::createdAt)
                        .reversed()
                        .thenComparing(job -> job.status().jobId()))
                .toList();
    }

    synchronized Map<TrainingStatus.State, Long> byState() {
        Map<TrainingStatus.State, Long> counts = new EnumMap<>(TrainingStatus.State.class);
        for (TrainingStatus.State state : TrainingStatus.State.values()) {
            counts.put(state, 0L);
        }
        jobs.values().forEach(job -> counts.merge(job.status().state(), 1L, Long::sum));
        return counts;
    }
}
