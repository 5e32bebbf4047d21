package dev.slicer.trainer.leases;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whose a job is, as the log of leases tells. The methods of a state are the only transitions that are legal from it:
 *
 * <pre>
 * Free -> Held;  Held -> Held (renewed, or taken over once it is over) or Free
 * Free -> Presumed;  Presumed -> Presumed, Held or Free
 * </pre>
 */
sealed interface Lease {
    /** A job that nobody holds. */
    record Free() implements Lease {
        Held grant(String trainerId, Duration ttl, Instant at) {
            return new Held(trainerId, ttl, at, Optional.empty(), Attempts.NONE);
        }

        Presumed presume(String trainerId, Duration ttl, Instant at) {
            return new Presumed(trainerId, ttl, at);
        }
    }

    /** A job that somebody holds, or held until falling silent. */
    sealed interface Taken extends Lease {
        String trainerId();

        Duration ttl();

        Instant renewedAt();

        Attempts attempts();

        Taken renew(Duration newTtl, Instant at);

        /** The holder says how far the job is. */
        Taken reached(int step);

        default boolean isOf(String trainer) {
            return trainerId().equals(trainer);
        }

        /** Whether the holder has been silent for so long that somebody else may have the job. */
        default boolean isOver(Instant at) {
            return !at.isBefore(renewedAt().plus(ttl()));
        }

        /** Only a lease that is over is taken over. */
        default Held takeOver(String trainer, Duration newTtl, Instant at) {
            if (!isOver(at)) {
                throw new IllegalStateException(trainerId() + " holds the job until "
                        + renewedAt().plus(ttl()) + ", " + trainer + " asked at " + at);
            }
            return new Held(
                    trainer, newTtl, at, Optional.of(trainerId()), attempts().takenOver());
        }

        default Free release() {
            return new Free();
        }
    }

    /** @param predecessor whose silence let the holder have the job */
    record Held(String trainerId, Duration ttl, Instant renewedAt, Optional<String> predecessor, Attempts attempts)
            implements Taken {
        @Override
        public Held renew(Duration newTtl, Instant at) {
            return new Held(trainerId, newTtl, at, predecessor, attempts);
        }

        @Override
        public Held reached(int step) {
            return new Held(trainerId, ttl, renewedAt, predecessor, attempts.reached(step));
        }
    }

    /**
     * A job of whose holder only a part of the story is known, because the log's beginning has been deleted. Others had
     * read the rest and know better, so the one that goes on renewing is believed.
     */
    record Presumed(String trainerId, Duration ttl, Instant renewedAt) implements Taken {
        /** What is not known of is not held against the job. */
        @Override
        public Attempts attempts() {
            return Attempts.NONE;
        }

        @Override
        public Presumed renew(Duration newTtl, Instant at) {
            return new Presumed(trainerId, newTtl, at);
        }

        @Override
        public Presumed reached(int step) {
            return this;
        }

        Presumed correct(String trainer, Duration newTtl, Instant at) {
            return new Presumed(trainer, newTtl.compareTo(ttl) > 0 ? newTtl : ttl, at);
        }
    }
}
