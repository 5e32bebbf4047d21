package dev.slicer.trainer.work;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobContext;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.JobState;
import dev.slicer.jobs.StopSignal;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.leases.HeldLease;
import dev.slicer.trainer.leases.Leases;
import dev.slicer.trainer.topics.TrainingTopics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Runs one job to its end, unless it is over already or has brought too many trainers down, and reports on it. */
public final class JobWork implements JobLoop.Work {
    private static final Logger LOG = Logger.getLogger(JobWork.class);
    private static final Duration READ_LIMIT = Duration.ofMinutes(1);

    /**
     * @param progressInterval between two reports of a running job
     * @param maxTakeovers after so many in a row that got no further, a job is given up
     */
    public record Limits(Duration progressInterval, int maxTakeovers) {}

    private final String trainerId;
    private final JobRunner runner;
    private final JobBoard board;
    private final Consumer<Duration> awaitBoard;
    private final Leases leases;
    private final TrainingTopics topics;
    private final JobMetrics metrics;
    private final Limits limits;
    private final Clock clock;

    /**
     * @param trainerId in whose name it reports
     * @param awaitBoard returns when the board knows all that the topics hold; throws a {@link KafkaException} where that
     *     takes longer than the limit
     */
    public JobWork(
            String trainerId,
            JobRunner runner,
            JobBoard board,
            Consumer<Duration> awaitBoard,
            Leases leases,
            TrainingTopics topics,
            JobMetrics metrics,
            Limits limits,
            Clock clock) {
        this.trainerId = trainerId;
        this.runner = runner;
        this.board = board;
        this.awaitBoard = awaitBoard;
        this.leases = leases;
        this.topics = topics;
        this.metrics = metrics;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public void run(JobBoard.Asked job, HeldLease lease, StopSignal signal) {
        String jobId = job.request().jobId();
        // The trainer that had the job before wrote its end before it released the lease.
        awaitBoard.accept(READ_LIMIT);
        if (board.isOver(jobId)) {
            LOG.infof("Job %s is over already", jobId);
            return;
        }
        Context context = new Context(job, lease);
        if (lease.takeoversInVain() > limits.maxTakeovers()) {
            giveUp(lease, context);
        } else {
            lease.predecessor().ifPresent(silent -> {
                LOG.warnf("Taking job %s over from %s, which fell silent", jobId, silent);
                metrics.takenOver();
            });
            runner.run(job.request(), signal, context);
        }
        // The board knows the job's end before the next job is chosen.
        awaitBoard.accept(READ_LIMIT);
        discardIfOver(jobId);
    }

    private void giveUp(HeldLease lease, Context context) {
        String reason = "given up: trainers fell silent over this job " + lease.takeoversInVain()
                + " times in a row, none of them past step " + lease.furthestStep() + " (the last was "
                + lease.predecessor().orElse("unknown") + "); their logs may say why";
        LOG.warnf("Job %s is %s", lease.jobId(), reason);
        JobState.Preparing mine = JobState.queued(lease.jobId()).prepare();
        context.changed(mine);
        context.changed(mine.fail(reason));
    }

    /**
     * Deletes what was saved of a job once the topic says that it is over: no trainer begins it again. A trainer that only
     * believes to have ended the job deletes its own files alone, since another may have the job by then.
     */
    public void discardIfOver(String jobId) {
        if (board.isOver(jobId) && leases.mayBeFree(jobId)) {
            runner.discard(jobId);
        }
    }

    private final class Context implements JobContext {
        private final JobBoard.Asked job;
        private final HeldLease lease;
        private final JobReporter reporter;

        Context(JobBoard.Asked job, HeldLease lease) {
            this.job = job;
            this.lease = lease;
            this.reporter = new JobReporter(new ReportsOn(job.record()), clock, limits.progressInterval(), trainerId);
        }

        @Override
        public void changed(JobState state) {
            metrics.observe(state);
            state.progress().ifPresent(progress -> lease.reached(progress.step()));
            // What becomes of a job that another trainer holds is for that one to report. A cancellation holds for all.
            if (lease.holds() || state instanceof JobState.Cancelled) {
                reporter.accept(state);
            }
        }

        @Override
        public void published(CheckpointPublished checkpoint) {
            if (!lease.holds()) {
                throw new KafkaException("job " + job.request().jobId() + " was lost while it was publishing");
            }
            topics.announce(checkpoint, job.record());
        }

        @Override
        public void measured(String model, SelfAttentionShares shares) {
            metrics.measured(model, shares);
        }

        @Override
        public Optional<String> failureOf(String jobId) {
            return board.find(jobId)
                    .map(JobBoard.Job::status)
                    .filter(status -> status.state().isLast())
                    .map(status -> status.state() + ", " + status.message());
        }
    }

    /** Reports that the request of a job caused. */
    private final class ReportsOn implements JobReporter.Sink {
        private final ConsumerRecord<byte[], byte[]> request;

        ReportsOn(ConsumerRecord<byte[], byte[]> request) {
            this.request = request;
        }

        @Override
        public void stateChanged(TrainingStatus status) {
            // The reports before are to come before.
            topics.awaitReports();
            topics.report(status, request);
        }

        @Override
        public void progressed(TrainingStatus status) {
            topics.tryToReport(status, request);
        }
    }
}
