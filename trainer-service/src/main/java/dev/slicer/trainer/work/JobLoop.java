package dev.slicer.trainer.work;

import dev.slicer.jobs.StopSignal;
import dev.slicer.jobs.UntoldException;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.sharing.HeldRequest;
import dev.slicer.trainer.sharing.RequestQueue;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Does one job after another, as their requests come. */
public final class JobLoop implements Runnable {
    private record Active(String jobId, StopSignal signal) {}

    private static final Logger LOG = Logger.getLogger(JobLoop.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

    private final RequestQueue queue;
    private final Judge judge;
    private final JobWork work;
    private final Runnable whenOver;
    private final Shutdown shutdown = new Shutdown();
    private volatile Optional<Active> active = Optional.empty();

    /** @param whenOver called after each job */
    private JobLoop(RequestQueue queue, Judge judge, JobWork work, Runnable whenOver) {
        this.queue = queue;
        this.judge = judge;
        this.work = work;
        this.whenOver = whenOver;
    }

    /** Of requests that others may have had, or sent twice. */
    public static JobLoop shared(RequestQueue queue, SharedJudge judge, JobWork work) {
        return new JobLoop(queue, judge, work, work::requeueAverages);
    }

    /** Of the open requests on the board. */
    public static JobLoop alone(RequestQueue queue, JobBoard board, JobWork work) {
        return new JobLoop(
                queue,
                held -> board.open().stream()
                        .filter(asked -> asked.isIn(held.record()))
                        .findFirst()
                        .<Verdict>map(Verdict.Run::new)
                        .orElseGet(() -> new Verdict.Drop("it is not open any more")),
                work,
                () -> {});
    }

    @Override
    public void run() {
        while (!shutdown.hasBegun()) {
            try {
                queue.next(LOOK_EVERY).ifPresent(this::handle);
            } catch (KafkaException e) {
                LOG.warnf("Jobs are held up: %s", e.getMessage());
                shutdown.pause(RETRY_DELAY);
            } catch (UntoldException e) {
                LOG.warnf("A job is to be run again, since it cannot be reported on: %s", e.getMessage());
                shutdown.pause(RETRY_DELAY);
            } catch (RuntimeException e) {
                LOG.error("A job could not be followed to its end; it will be tried again", e);
                shutdown.pause(RETRY_DELAY);
            }
        }
    }

    private void handle(HeldRequest held) {
        boolean done = false;
        try {
            done = settle(held);
        } finally {
            if (done) {
                held.accept();
            } else {
                held.release();
            }
        }
    }

    /** Whether nobody is to have the request again. */
    private boolean settle(HeldRequest held) {
        while (held.holds() && !shutdown.hasBegun()) {
            Verdict verdict = judged(held);
            if (!(verdict instanceof Verdict.Undecided)) {
                return carryOut(verdict, held);
            }
            shutdown.pause(LOOK_EVERY);
        }
        return false;
    }

    /** Brokers that are away are waited for: to let go of the request would count against its job. */
    private Verdict judged(HeldRequest held) {
        try {
            return judge.of(held);
        } catch (KafkaException e) {
            LOG.warnf("A training request waits: %s", e.getMessage());
            shutdown.pause(RETRY_DELAY);
            return new Verdict.Undecided();
        }
    }

    private boolean carryOut(Verdict verdict, HeldRequest held) {
        if (verdict instanceof Verdict.Run run) {
            return run(run.job(), held);
        } else if (verdict instanceof Verdict.Over over) {
            work.discard(over.jobId());
        } else if (verdict instanceof Verdict.Requeue again) {
            work.requeue(again.job(), again.reason());
        } else if (verdict instanceof Verdict.GiveUp given) {
            return work.giveUp(given.job(), held, given.reason());
        } else if (verdict instanceof Verdict.Drop drop) {
            LOG.debugf("The request at offset %d is not run: %s", held.record().offset(), drop.reason());
        }
        return true;
    }

    private boolean run(JobBoard.Asked job, HeldRequest held) {
        try {
            StopSignal signal = new StopSignal(held::holds);
            active = Optional.of(new Active(job.request().jobId(), signal));
            if (shutdown.hasBegun()) {
                signal.giveBack();
            }
            boolean over = work.run(job, held, signal);
            if (over) {
                whenOver.run();
            }
            return over;
        } finally {
            active = Optional.empty();
        }
    }

    /** Ends {@link #run}; a job that runs is given back. */
    public void close() {
        shutdown.begin();
        active.ifPresent(job -> job.signal().giveBack());
    }

    /**
     * @param by who wants it, where that is known
     * @return empty where this trainer does not run the job, or not to its end; else whether it is going to end cancelled
     */
    public Optional<Boolean> cancel(String jobId, Optional<String> by) {
        return active.filter(job -> job.jobId().equals(jobId))
                .flatMap(job -> job.signal().cancel(by));
    }

    public Optional<String> activeJob() {
        return active.map(Active::jobId);
    }
}
