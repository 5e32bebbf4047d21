package dev.slicer.trainer.board;

import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobState;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All jobs as the topics tell of them: what was asked for and the newest status, whichever trainer wrote it. Safe for
 * use by several threads.
 */
public final class JobBoard {
    /** @param record that the request came in */
    public record Asked(TrainingRequest request, ConsumerRecord<byte[], byte[]> record) {}

    /**
     * @param asked empty while only a status of the job has been read
     * @param told empty while no trainer has reported on the job
     */
    public record Job(
            String jobId, Optional<Asked> asked, Optional<TrainingStatus> told, Instant createdAt, Instant updatedAt) {
        public Optional<TrainingRequest> request() {
            return asked.map(Asked::request);
        }

        public Optional<String> sweepId() {
            return request().flatMap(TrainingRequest::sweepId);
        }

        public TrainingStatus status() {
            return told.orElseGet(() -> StatusReport.of(JobState.queued(jobId)));
        }

        public boolean isOver() {
            return status().state().isLast();
        }

        /**
         * A job that no trainer has reported on waits: it is about to be taken in, or it is so old that its end has
         * been deleted before its request.
         */
        private boolean isOpen() {
            return asked.isPresent() && told.isPresent() && !isOver();
        }
    }

    /** What a trainer may say of a job that another was at work on: that it begins with it, or a fact for all. */
    private static final Set<TrainingStatus.State> BY_ANYBODY =
            EnumSet.of(TrainingStatus.State.PREPARING, TrainingStatus.State.SUCCEEDED, TrainingStatus.State.CANCELLED);

    private final Map<String, Job> jobs = new HashMap<>();

    /** The first request of an id counts, as it is the one that is run. */
    public synchronized void requested(TrainingRequest request, ConsumerRecord<byte[], byte[]> record) {
        Instant at = Instant.ofEpochMilli(record.timestamp());
        jobs.merge(
                request.jobId(),
                new Job(request.jobId(), Optional.of(new Asked(request, record)), Optional.empty(), at, at),
                (known, added) -> known.asked().isPresent()
                        ? known
                        : new Job(known.jobId(), added.asked(), known.told(), added.createdAt(), known.updatedAt()));
    }

    public synchronized void reported(TrainingStatus status, Instant at) {
        jobs.merge(
                status.jobId(),
                new Job(status.jobId(), Optional.empty(), Optional.of(status), at, at),
                (known, added) ->
                        known.told().filter(told -> outranks(told, status)).isPresent()
                                ? known
                                : new Job(known.jobId(), known.asked(), added.told(), known.createdAt(), at));
    }

    /**
     * A job that is over stays over, though a trainer that has not noticed its cancellation still reports. A checkpoint
     * that was published in the meantime is a fact. That a job was taken in says nothing once a trainer has spoken. Once
     * another trainer prepares the job, what the one before it goes on to say of it, having been suspended, is of no weight.
     */
    private static boolean outranks(TrainingStatus known, TrainingStatus added) {
        if (known.state().isLast()) {
            return added.state() != TrainingStatus.State.SUCCEEDED;
        }
        if (added.trainer().isEmpty()) {
            return added.state() == TrainingStatus.State.QUEUED;
        }
        boolean ofAnother = known.trainer().isPresent() && !known.trainer().equals(added.trainer());
        return ofAnother && !BY_ANYBODY.contains(added.state());
    }

    public synchronized Optional<Job> find(String jobId) {
        return Optional.ofNullable(jobs.get(jobId));
    }

    public synchronized boolean isOver(String jobId) {
        return find(jobId).filter(Job::isOver).isPresent();
    }

    /** The jobs that are not over and wait for no others, oldest first. */
    public synchronized List<Asked> open() {
        return jobs.values().stream()
                .filter(Job::isOpen)
                .filter(this::areThoseOverItWaitsFor)
                .sorted(Comparator.comparing(Job::createdAt).thenComparing(Job::jobId))
                .flatMap(job -> job.asked().stream())
                .toList();
    }

    private boolean areThoseOverItWaitsFor(Job job) {
        return job.request().stream()
                .flatMap(request -> request.averageOf().stream())
                .allMatch(other ->
                        Optional.ofNullable(jobs.get(other)).filter(Job::isOver).isPresent());
    }

    /** Newest first. */
    public synchronized List<Job> all() {
        return jobs.values().stream()
                .sorted(Comparator.comparing(Job::createdAt).reversed().thenComparing(Job::jobId))
                .toList();
    }

    public synchronized Map<TrainingStatus.State, Long> byState() {
        Map<TrainingStatus.State, Long> counts = new EnumMap<>(TrainingStatus.State.class);
        for (TrainingStatus.State state : TrainingStatus.State.values()) {
            counts.put(state, 0L);
        }
        jobs.values().forEach(job -> counts.merge(job.status().state(), 1L, Long::sum));
        return counts;
    }
}
