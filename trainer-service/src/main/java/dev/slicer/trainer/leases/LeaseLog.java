package dev.slicer.trainer.leases;

import dev.slicer.events.TrainingLease;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The leases of all jobs, folded from the records of their log. Nothing but the records and the times at which the broker
 * wrote them decides, so that all who have read equally far agree: a claim is granted where nobody holds the job, or
 * where the holder's last record is older than its time to live. The log's time is the largest that any record had, so
 * that it never runs backwards.
 */
final class LeaseLog {
    private static final Duration LONGEST = Duration.ofSeconds(TrainingLease.MAX_TTL_SECONDS);

    private final Map<String, Lease.Taken> taken = new HashMap<>();
    private Instant now = Instant.MIN;
    /** From when on no lease can be in force of which nothing has been read. */
    private Instant certainFrom = Instant.MAX;

    /**
     * Reads the next record.
     *
     * @param offset the first one read tells whether the log still has its beginning
     * @param writtenAt by the broker's clock
     */
    void read(long offset, Instant writtenAt, TrainingLease record) {
        if (now.equals(Instant.MIN)) {
            certainFrom = offset == 0 ? Instant.MIN : writtenAt.plus(LONGEST);
        }
        if (writtenAt.isAfter(now)) {
            now = writtenAt;
        }
        Lease next = switch (record.kind()) {
            case CLAIM -> claimed(record);
            case RENEW -> renewed(record);
            case RELEASE -> released(record);
        };
        if (next instanceof Lease.Taken held) {
            taken.put(record.jobId(), held);
        } else {
            taken.remove(record.jobId());
        }
    }

    Lease of(String jobId) {
        Lease.Taken held = taken.get(jobId);
        return held == null ? new Lease.Free() : held;
    }

    private Lease claimed(TrainingLease claim) {
        if (of(claim.jobId()) instanceof Lease.Taken held) {
            if (held.isOf(claim.trainerId())) {
                return held.renew(ttl(claim), now);
            }
            return held.isOver(now) ? takenOver(held, claim) : held;
        }
        Lease.Free free = new Lease.Free();
        return isCertain()
                ? free.grant(claim.trainerId(), ttl(claim), now)
                : free.presume(claim.trainerId(), ttl(claim), now);
    }

    /** While another holder can be in force that has not been read of, the one that takes over is presumed, too. */
    private Lease takenOver(Lease.Taken over, TrainingLease claim) {
        return over instanceof Lease.Presumed presumed && !isCertain()
                ? presumed.correct(claim.trainerId(), ttl(claim), now)
                : over.takeOver(claim.trainerId(), ttl(claim), now);
    }

    private Lease renewed(TrainingLease renewal) {
        Lease lease = of(renewal.jobId());
        if (lease instanceof Lease.Taken held && held.isOf(renewal.trainerId())) {
            return held.renew(ttl(renewal), now).reached(renewal.step().orElse(0));
        } else if (lease instanceof Lease.Presumed presumed) {
            return presumed.correct(renewal.trainerId(), ttl(renewal), now);
        } else if (lease instanceof Lease.Free free && !isCertain()) {
            return free.presume(renewal.trainerId(), ttl(renewal), now);
        }
        return lease;
    }

    private Lease released(TrainingLease release) {
        Lease lease = of(release.jobId());
        return lease instanceof Lease.Taken held && held.isOf(release.trainerId()) ? held.release() : lease;
    }

    private boolean isCertain() {
        return !now.isBefore(certainFrom);
    }

    private static Duration ttl(TrainingLease record) {
        return Duration.ofSeconds(record.ttlSeconds());
    }
}
