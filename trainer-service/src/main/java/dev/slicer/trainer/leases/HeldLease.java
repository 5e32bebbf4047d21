package dev.slicer.trainer.leases;

import dev.slicer.kafka.loops.Shutdown;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * A job that is this trainer's for as long as {@link #holds}. A thread of its own renews it, whatever the job is doing;
 * closing it lets go of the job.
 */
public final class HeldLease implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HeldLease.class);

    /** What a lease says on the log. */
    interface Log {
        /**
         * @param step how far the job is
         * @param written called, on any thread, when the renewal has been written; perhaps never
         */
        void renew(String jobId, int step, Runnable written);

        /** Tries to tell that the job is free; if that fails, silence tells it. */
        void release(String jobId);
    }

    private final String jobId;
    private final Optional<String> predecessor;
    private final Attempts attempts;
    private final Log log;
    private final LongSupplier nanoTime;
    private final Shutdown closing = new Shutdown();
    private final Thread renewal;
    private LeaseTerm term;
    private boolean taken;
    private volatile int step;

    HeldLease(
            String jobId,
            Optional<String> predecessor,
            Attempts attempts,
            LeaseTerm term,
            Log log,
            LongSupplier nanoTime) {
        this.jobId = jobId;
        this.predecessor = predecessor;
        this.attempts = attempts;
        this.term = term;
        this.log = log;
        this.nanoTime = nanoTime;
        this.renewal = new Thread(this::keepRenewing, "training-lease");
        renewal.setDaemon(true);
        renewal.start();
    }

    public String jobId() {
        return jobId;
    }

    /** The trainer that fell silent over this job, where one did. */
    public Optional<String> predecessor() {
        return predecessor;
    }

    /** How often in a row trainers have fallen silent over this job without getting further than those before them. */
    public int takeoversInVain() {
        return attempts.inVain();
    }

    /** Optimiser steps of the job that all trainers before this one got to. */
    public int furthestStep() {
        return attempts.step();
    }

    /** Tells those who may have to take the job over how far it is, with the next renewal. */
    public void reached(int newStep) {
        step = newStep;
    }

    /** Whether the job is this trainer's for certain. Once it is not, it never is again. */
    public synchronized boolean holds() {
        return !taken && term.lasts(nanoTime.getAsLong());
    }

    /** The log says that another trainer has the job. */
    synchronized void lose() {
        taken = true;
    }

    private void keepRenewing() {
        Duration interval = LeaseTerm.betweenRenewals(ttl());
        closing.pause(interval);
        while (!closing.hasBegun() && holds()) {
            try {
                long sentAt = nanoTime.getAsLong();
                log.renew(jobId, step, () -> renewed(sentAt));
            } catch (KafkaException e) {
                LOG.warnf("The lease of job %s could not be renewed: %s", jobId, e.getMessage());
            }
            closing.pause(interval);
        }
        if (!closing.hasBegun()) {
            LOG.warnf("The lease of job %s is lost; the job stops here", jobId);
        }
    }

    private synchronized Duration ttl() {
        return term.ttl();
    }

    private synchronized void renewed(long sentAt) {
        // A term that has ended stays ended: the job may have been stopped since.
        if (holds()) {
            term = term.renewed(sentAt);
        }
    }

    @Override
    public void close() {
        closing.begin();
        try {
            renewal.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.release(jobId);
    }
}
