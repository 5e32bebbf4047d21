package dev.slicer.events;

import java.util.OptionalInt;

/**
 * A trainer's word on a job, in the log by which trainers share jobs: who holds a job follows from the order of these
 * records and from the times at which the broker wrote them, so that all readers of the log agree.
 *
 * @param trainerId a name that no other process has, not even a later one of the same trainer
 * @param ttlSeconds how long after a claim or renewal the holder keeps the job, by the log's time
 * @param step optimiser steps that the job has done, in a renewal once it trains: how those who take the job over know
 *     whether their predecessors got anywhere
 */
public record TrainingLease(String jobId, String trainerId, Kind kind, int ttlSeconds, OptionalInt step)
        implements Event {
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
        Require.id("jobId", jobId);
        Require.name("trainerId", trainerId);
        Require.present("kind", kind);
        if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
            throw new IllegalArgumentException(
                    "ttlSeconds must be between 1 and " + MAX_TTL_SECONDS + ", got " + ttlSeconds);
        }
        if (step.isPresent() && step.getAsInt() < 0) {
            throw new IllegalArgumentException("step must be at least 0, got " + step.getAsInt());
        }
    }

    /** That says nothing of how far the job is. */
    public TrainingLease(String jobId, String trainerId, Kind kind, int ttlSeconds) {
        this(jobId, trainerId, kind, ttlSeconds, OptionalInt.empty());
    }

    @Override
    public String key() {
        return jobId;
    }
}
