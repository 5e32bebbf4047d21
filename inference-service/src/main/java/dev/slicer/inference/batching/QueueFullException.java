package dev.slicer.inference.batching;

import java.time.Duration;

/** More work waits than may; nothing of the work was taken. */
public final class QueueFullException extends RuntimeException {
    private final Duration retryAfter;

    QueueFullException(int waiting, int more, int limit, Duration retryAfter) {
        super(waiting + " sub-tokens wait to be tagged; " + more + " more would be over the limit of " + limit);
        this.retryAfter = retryAfter;
    }

    /** @param others clients that wait too, and have shares of the limit */
    QueueFullException(int own, int more, int share, int others, Duration retryAfter) {
        super(own + " sub-tokens of yours wait to be tagged; " + more + " more would be over your share of " + share
                + " while " + others + (others == 1 ? " other client waits" : " other clients wait"));
        this.retryAfter = retryAfter;
    }

    /** When what waits now should be done. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
