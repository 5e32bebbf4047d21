package dev.slicer.trainer.sharing;

import java.time.Duration;

/**
 * Until when a holder may believe that a request is its own, by its own clock. The broker counts a lock from when it reads of
 * the renewal, which is after that was sent; so a holder that counts from the sending is never behind. It ends a quarter
 * earlier still, for the step that is at work then to come to its end.
 *
 * @param until reading of the holder's monotonic clock, in nanoseconds
 */
record LockTerm(long until) {
    private static final int RENEWALS = 4;

    static LockTerm sentAt(Duration lock, long nanos) {
        return new LockTerm(nanos + lock.toNanos() - lock.dividedBy(RENEWALS).toNanos());
    }

    static Duration betweenRenewals(Duration lock) {
        return lock.dividedBy(RENEWALS);
    }

    boolean lasts(long nanos) {
        return nanos - until < 0;
    }

    Duration left(long nanos) {
        return Duration.ofNanos(Math.max(0, until - nanos));
    }
}
