package dev.slicer.trainer.sharing;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * A request under a lock of the share group's. The thread that owns the consumer asks for what is {@linkplain #next to be
 * done} with it; all others say what they want.
 */
final class LockedRequest implements HeldRequest {
    enum Wish {
        RENEW,
        ACCEPT,
        RELEASE
    }

    /** How long a last word is waited for; where none comes, silence ends the lock. */
    private static final Duration LAST_WORD = Duration.ofSeconds(10);

    private final ConsumerRecord<byte[], byte[]> record;
    private final int deliveryLimit;
    private final LongSupplier nanoTime;
    private Optional<Wish> wish = Optional.empty();
    private LockTerm term;
    private long renewals;
    private boolean ended;

    LockedRequest(ConsumerRecord<byte[], byte[]> record, int deliveryLimit, LockTerm term, LongSupplier nanoTime) {
        this.record = record;
        this.deliveryLimit = deliveryLimit;
        this.term = term;
        this.nanoTime = nanoTime;
    }

    @Override
    public ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    @Override
    public int deliveries() {
        return record.deliveryCount().orElse((short) 1);
    }

    @Override
    public boolean isLastDelivery() {
        return deliveries() >= deliveryLimit;
    }

    @Override
    public synchronized boolean holds() {
        return !ended && term.lasts(nanoTime.getAsLong());
    }

    @Override
    public synchronized void confirm() {
        long before = renewals;
        if (!ended) {
            want(Wish.RENEW);
        }
        while (holds() && renewals == before) {
            await(term.left(nanoTime.getAsLong()));
        }
        if (!holds() || renewals == before) {
            throw new KafkaException("the lock of the request at offset " + record.offset() + " is lost");
        }
    }

    @Override
    public void accept() {
        end(Wish.ACCEPT);
    }

    @Override
    public void release() {
        end(Wish.RELEASE);
    }

    private synchronized void end(Wish last) {
        if (ended) {
            return;
        }
        want(last);
        long deadline = nanoTime.getAsLong() + LAST_WORD.toNanos();
        while (!ended && deadline - nanoTime.getAsLong() > 0) {
            await(Duration.ofNanos(deadline - nanoTime.getAsLong()));
        }
    }

    private void want(Wish next) {
        wish = Optional.of(next);
        notifyAll();
    }

    /** What is to be done next: what somebody wants, or a renewal once this has taken so long. */
    synchronized Wish next(Duration interval) {
        long deadline = nanoTime.getAsLong() + interval.toNanos();
        while (wish.isEmpty() && deadline - nanoTime.getAsLong() > 0) {
            await(Duration.ofNanos(deadline - nanoTime.getAsLong()));
        }
        Wish next = wish.orElse(Wish.RENEW);
        wish = Optional.empty();
        return next;
    }

    synchronized Duration left() {
        return term.left(nanoTime.getAsLong());
    }

    synchronized void renewed(LockTerm longer) {
        term = longer;
        renewals++;
        notifyAll();
    }

    /** Its holder has let go of it, or another trainer may have it. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private synchronized void await(Duration limit) {
        try {
            wait(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end();
        }
    }
}
