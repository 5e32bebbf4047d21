package dev.slicer.trainer.work;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.sharing.HeldRequest;
import dev.slicer.trainer.topics.Requeued;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Judges requests that a share group gave to this trainer, by all that the topics say of the job. So a job runs once, though a
 * request can come again: to another trainer after the one that had it fell silent, or as another record.
 */
public final class SharedJudge implements Judge {
    private final JobBoard board;
    private final Runnable awaitBoard;
    private final Predicate<ConsumerRecord<byte[], byte[]>> wasTakenIn;
    private final ToIntFunction<String> savedStep;

    /**
     * @param awaitBoard returns when the board knows all that the topics hold
     * @param wasTakenIn whether the intake is done with a request
     * @param savedStep the furthest that any trainer saved of a job
     */
    public SharedJudge(
            JobBoard board,
            Runnable awaitBoard,
            Predicate<ConsumerRecord<byte[], byte[]>> wasTakenIn,
            ToIntFunction<String> savedStep) {
        this.board = board;
        this.awaitBoard = awaitBoard;
        this.wasTakenIn = wasTakenIn;
        this.savedStep = savedStep;
    }

    @Override
    public Verdict of(HeldRequest held) {
        Optional<String> jobId = jobOf(held.record());
        if (jobId.isEmpty()) {
            return new Verdict.Drop("it is no request, which the intake answers");
        } else if (board.isOver(jobId.get())) {
            // What is over stays so, whatever the board does not know yet.
            return new Verdict.Over(jobId.get());
        }
        awaitBoard.run();
        Optional<JobBoard.Job> known = board.find(jobId.get());
        Optional<JobBoard.Asked> asked = known.flatMap(JobBoard.Job::asked);
        if (asked.isEmpty()) {
            return new Verdict.Drop("it is too large for a request, which the intake answers");
        }
        JobBoard.Job job = known.get();
        if (!asked.get().isIn(held.record())) {
            return new Verdict.Drop("another request counts for job " + job.jobId());
        } else if (job.isOver()) {
            return new Verdict.Over(job.jobId());
        } else if (job.told().isEmpty()) {
            return ofUntold(held.record(), job.jobId());
        } else if (asked.get().waitsOnBoard()) {
            return board.mayBegin(job.jobId())
                    ? new Verdict.Requeue(asked.get(), "the jobs are over that it waits for")
                    : new Verdict.Drop("job " + job.jobId() + " waits for others on the board");
        }
        return held.isLastDelivery()
                ? ofLastDelivery(held, asked.get(), job.told().get())
                : new Verdict.Run(asked.get());
    }

    private static Optional<String> jobOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(KafkaEvents.read(record, TrainingRequest.class).jobId());
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    /** The intake reports a new job, so one that it is done with was reported on so long ago that this has been deleted. */
    private Verdict ofUntold(ConsumerRecord<byte[], byte[]> record, String jobId) {
        if (!wasTakenIn.test(record)) {
            return new Verdict.Undecided();
        }
        awaitBoard.run();
        return board.find(jobId).flatMap(JobBoard.Job::told).isPresent()
                ? new Verdict.Undecided()
                : new Verdict.Drop("job " + jobId + " is so old that its end has been deleted");
    }

    /**
     * Nobody gets the request after this, so it is not run. A job that was given back in good order, or of which more has been
     * saved since the request was put into the topic, gets on: it is put there again. Any other has brought its trainers down.
     */
    private Verdict ofLastDelivery(HeldRequest held, JobBoard.Asked asked, TrainingStatus told) {
        int before = Requeued.of(held.record()).map(Requeued::step).orElse(0);
        int saved = savedStep.applyAsInt(asked.request().jobId());
        if (saved > before) {
            return new Verdict.Requeue(asked, "it has got to step " + saved + " since step " + before);
        } else if (told.state() == TrainingStatus.State.QUEUED) {
            return new Verdict.Requeue(asked, "it was given back in good order, or never begun");
        }
        return new Verdict.GiveUp(
                asked,
                "given up: trainers had this job " + (held.deliveries() - 1)
                        + " times, and none of them saved more than step "
                        + before + "; the last, " + told.trainer().orElse("unknown")
                        + ", fell silent over it; their logs may say why");
    }
}
