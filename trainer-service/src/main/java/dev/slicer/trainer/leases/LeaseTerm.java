package dev.slicer.trainer.leases;

import java.time.Duration;

/**
 * Until when a holder may believe that a job is its own, by its own clock. The log counts a lease from when the broker
 * wrote the record, which is after it was sent; so a holder that counts from the sending is never behind. It ends a quarter
 * earlier still: for the step that is at work then to come to its end, and for brokers whose clocks differ.
 *
 * @param until reading of the holder's monotonic clock, in nanoseconds
 */
record LeaseTerm(Duration ttl, long until) {
    /** Renewals that are sent within one time to live, so that a lost one costs nothing. */
    private static final int RENEWALS = 4;

    static LeaseTerm sentAt(Duration ttl, long nanos) {
        return new LeaseTerm(ttl, nanos + ttl.toNanos() - margin(ttl).toNanos());
    }

    /** The term once a renewal that was sent then has been written. */
    LeaseTerm renewed(long sentAt) {
        LeaseTerm next = sentAt(ttl, sentAt);
        return next.until - until > 0 ? next : this;
    }

    boolean lasts(long nanos) {
        return nanos - until < 0;
    }

    static Duration margin(Duration ttl) {
        return ttl.dividedBy(RENEWALS);
    }

    static Duration betweenRenewals(Duration ttl) {
        return ttl.dividedBy(RENEWALS);
    }
}
