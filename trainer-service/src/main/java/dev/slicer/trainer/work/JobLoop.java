package dev.slicer.trainer.work;

import dev.slicer.jobs.StopSignal;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.leases.HeldLease;
import dev.slicer.trainer.leases.Leases;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Runs one job after another: the oldest on the board that is no other trainer's. */
public final class JobLoop implements Runnable {
    /** Does one job. */
    @FunctionalInterface
    public interface Work {
        /** @throws KafkaException where the job's story could not be told; it is then to be run again */
        void run(JobBoard.Asked job, HeldLease lease, StopSignal signal);
    }

    private record Active(String jobId, StopSignal signal) {}

    private static final Logger LOG = Logger.getLogger(JobLoop.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

    private final JobBoard board;
    private final Leases leases;
    private final Work work;
    private final Shutdown shutdown = new Shutdown();
    private volatile Optional<Active> active = Optional.empty();

    public JobLoop(JobBoard board, Leases leases, Work work) {
        this.board = board;
        this.leases = leases;
        this.work = work;
    }

    @Override
    public void run() {
        while (!shutdown.hasBegun()) {
            try {
                if (!ranOne()) {
                    shutdown.pause(LOOK_EVERY);
                }
            } catch (KafkaException e) {
                LOG.warnf("Jobs are held up: %s", e.getMessage());
                shutdown.pause(RETRY_DELAY);
            } catch (RuntimeException e) {
                LOG.error("A job could not be followed to its end; it will be tried again", e);
                shutdown.pause(RETRY_DELAY);
            }
        }
    }

    private boolean ranOne() {
        for (JobBoard.Asked job : board.open()) {
            String id = job.request().jobId();
            if (!leases.mayBeFree(id)) {
                continue;
            }
            Optional<HeldLease> lease = leases.claim(id);
            if (lease.isPresent()) {
                run(job, lease.get());
                return true;
            }
        }
        return false;
    }

    private void run(JobBoard.Asked job, HeldLease lease) {
        try (lease) {
            StopSignal signal = new StopSignal(lease::holds);
            active = Optional.of(new Active(job.request().jobId(), signal));
            if (shutdown.hasBegun()) {
                signal.giveBack();
            }
            work.run(job, lease, signal);
        } finally {
            active = Optional.empty();
        }
    }

    /** Ends {@link #run}; a job that runs is given back. */
    public void close() {
        shutdown.begin();
        active.ifPresent(job -> job.signal().giveBack());
    }

    /** Empty where this trainer does not run the job, or not to its end; else whether it is going to end cancelled. */
    public Optional<Boolean> cancel(String jobId) {
        return active.filter(job -> job.jobId().equals(jobId))
                .flatMap(job -> job.signal().cancel());
    }

    public Optional<String> activeJob() {
        return active.map(Active::jobId);
    }
}
