package dev.slicer.trainer.work;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobContext;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.JobState;
import dev.slicer.jobs.StopSignal;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.sharing.HeldRequest;
import dev.slicer.trainer.topics.TrainingTopics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Runs a job to its end and reports on it. */
public final class JobWork {
    private static final Logger LOG = Logger.getLogger(JobWork.class);

    private final String trainerId;
    private final JobRunner runner;
    private final JobBoard board;
    private final Runnable awaitBoard;
    private final TrainingTopics topics;
    private final JobMetrics metrics;
    private final Duration progressInterval;
    private final Clock clock;

    /**
     * @param trainerId in whose name it reports
     * @param awaitBoard returns when the board knows all that the topics hold; throws a {@link KafkaException} where that
     *     takes too long
     * @param progressInterval between two reports of a running job
     */
    public JobWork(
            String trainerId,
            JobRunner runner,
            JobBoard board,
            Runnable awaitBoard,
            TrainingTopics topics,
            JobMetrics metrics,
            Duration progressInterval,
            Clock clock) {
        this.trainerId = trainerId;
        this.runner = runner;
        this.board = board;
        this.awaitBoard = awaitBoard;
        this.topics = topics;
        this.metrics = metrics;
        this.progressInterval = progressInterval;
        this.clock = clock;
    }

    /**
     * @param signal that whoever reads the topics has already, so that what comes later stops the job too
     * @return whether the job is over
     */
    boolean run(JobBoard.Asked job, HeldRequest held, StopSignal signal) {
        String jobId = job.request().jobId();
        if (board.isOver(jobId)) {
            signal.cancel(Optional.empty());
        }
        silentBefore(jobId, held).ifPresent(silent -> {
            LOG.warnf("Taking job %s over from %s, which fell silent", jobId, silent);
            metrics.takenOver();
        });
        JobState end = runner.run(job.request(), signal, new Context(job, held));
        return end instanceof JobState.Ended && isOver(jobId);
    }

    /** Asks the topics, since what a trainer says of a job that is another's does not count; tidies up where it is so. */
    private boolean isOver(String jobId) {
        awaitBoard.run();
        boolean over = board.isOver(jobId);
        if (over) {
            discard(jobId);
        }
        return over;
    }

    /** Who had the job before and did not give it back. */
    private Optional<String> silentBefore(String jobId, HeldRequest held) {
        return board.find(jobId)
                .filter(job -> held.deliveries() > 1)
                .map(JobBoard.Job::status)
                .filter(status -> status.state() != TrainingStatus.State.QUEUED)
                .flatMap(TrainingStatus::trainer)
                .filter(trainer -> !trainer.equals(trainerId));
    }

    /** Those that waited for jobs that are over now. */
    void requeueAverages() {
        board.open().stream()
                .filter(JobBoard.Asked::waitsOnBoard)
                .forEach(average -> requeue(average, "the jobs are over that it waits for"));
    }

    /** Has the group give out a job's request as if it were new; the one before counts no more. */
    void requeue(JobBoard.Asked job, String reason) {
        String jobId = job.request().jobId();
        LOG.infof("The request of job %s is put into its topic again: %s", jobId, reason);
        topics.requeue(job.request(), job.record(), runner.savedStep(jobId));
    }

    /** @return whether the job is over */
    boolean giveUp(JobBoard.Asked job, HeldRequest held, String reason) {
        String jobId = job.request().jobId();
        LOG.warnf("Job %s is %s", jobId, reason);
        Context context = new Context(job, held);
        JobState.Preparing mine = JobState.queued(jobId).prepare();
        context.changed(mine);
        context.changed(mine.fail(reason));
        return isOver(jobId);
    }

    /** Deletes what was saved of a job that is over, by the one trainer that has its request. */
    void discard(String jobId) {
        runner.discard(jobId);
    }

    private final class Context implements JobContext {
        private final JobBoard.Asked job;
        private final HeldRequest held;
        private final JobReporter reporter;

        Context(JobBoard.Asked job, HeldRequest held) {
            this.job = job;
            this.held = held;
            this.reporter = new JobReporter(new ReportsOn(job.record()), clock, progressInterval, trainerId);
        }

        @Override
        public void changed(JobState state) {
            metrics.observe(state);
            if (state instanceof JobState.Publishing) {
                // From here on nothing stops the job.
                held.confirm();
            }
            // What becomes of a job that another trainer holds is for that one to report. A cancellation holds for all.
            if (held.holds() || state instanceof JobState.Cancelled) {
                reporter.accept(state);
            }
        }

        @Override
        public void published(CheckpointPublished checkpoint) {
            held.confirm();
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
            topics.report(status, request);
        }

        @Override
        public void progressed(TrainingStatus status) {
            topics.tryToReport(status, request);
        }
    }
}
