package dev.slicer.trainer.board;

import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobState;
import dev.slicer.trainer.topics.Requeued;
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
    /** @param record that the request came in, the one that counts */
    public record Asked(TrainingRequest request, ConsumerRecord<byte[], byte[]> record) {
        public boolean isIn(ConsumerRecord<byte[], byte[]> other) {
            return Requeued.place(record).equals(Requeued.place(other));
        }

        /** Whether the request is an average's, and was not put into the topic again since. */
        public boolean waitsOnBoard() {
            return !request.averageOf().isEmpty() && Requeued.of(record).isEmpty();
        }

        /**
         * The first request of an id counts, until a trainer puts it into the topic again. A lower partition is first, so that
         * all trainers agree, whichever they read first.
         */
        private boolean givesWayTo(Asked other) {
            return Requeued.of(other.record())
                            .filter(again -> again.from().equals(Requeued.place(record)))
                            .isPresent()
                    || other.record().partition() < record.partition();
        }
    }

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

    /** What it says of the job counts where it is the first request of its id, or takes the place of the one before. */
    public synchronized void requested(TrainingRequest request, ConsumerRecord<byte[], byte[]> record) {
        Instant at = Instant.ofEpochMilli(record.timestamp());
        jobs.merge(
                request.jobId(),
                new Job(request.jobId(), Optional.of(new Asked(request, record)), Optional.empty(), at, at),
                (known, added) -> known.asked()
                                .filter(asked -> !asked.givesWayTo(added.asked().orElseThrow()))
                                .isPresent()
                        ? known
                        : new Job(
                                known.jobId(),
                                added.asked(),
                                known.told(),
                                known.asked().isPresent() ? known.createdAt() : added.createdAt(),
                                known.updatedAt()));
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
                .allMatch(this::isOver);
    }

    /** Whether all jobs are over that a job waits for. */
    public synchronized boolean mayBegin(String jobId) {
        return find(jobId).filter(this::areThoseOverItWaitsFor).isPresent();
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
