package dev.slicer.trainer.work;

import dev.slicer.trainer.board.JobBoard;

/** What is to become of a request that this trainer got. */
sealed interface Verdict {
    /** Its job is to be run. */
    record Run(JobBoard.Asked job) implements Verdict {}

    /** Its job is over. */
    record Over(String jobId) implements Verdict {}

    /** Nothing is to be done with it, for this reason. */
    record Drop(String reason) implements Verdict {}

    /** It is to be put into its topic again. */
    record Requeue(JobBoard.Asked job, String reason) implements Verdict {}

    /** Its job fails, for this reason. */
    record GiveUp(JobBoard.Asked job, String reason) implements Verdict {}

    /** That cannot be told yet. */
    record Undecided() implements Verdict {}
}
