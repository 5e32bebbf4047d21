package dev.slicer.events;

/**
 * A trainer's word on a job, in the log by which trainers share jobs: who holds a job follows from the order of these
 * records and from the times at which the broker wrote them, so that all readers of the log agree.
 *
 * @param trainerId a name that no other process has, not even a later one of the same trainer
 * @param ttlSeconds how long after a claim or renewal the holder keeps the job, by the log's time
 */
public record TrainingLease(String jobId, String trainerId, Kind kind, int ttlSeconds) implements Event {
    /** The longest time that a job can be kept without a renewal. */
    public static final int MAX_TTL_SECONDS = 600;

    public enum Kind {
        /** Asks for the job; it is the trainer's where nobody else holds it. */
        CLAIM,
        /** Holds on to the job. */
        RENEW,
        /** Lets go of the job. */
        RELEASE
    }

    public TrainingLease {
        Require.notBlank("jobId", jobId);
        Require.notBlank("trainerId", trainerId);
        Require.present("kind", kind);
        if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
            throw new IllegalArgumentException(
                    "ttlSeconds must be between 1 and " + MAX_TTL_SECONDS + ", got " + ttlSeconds);
        }
    }

    @Override
    public String key() {
        return jobId;
    }
}
