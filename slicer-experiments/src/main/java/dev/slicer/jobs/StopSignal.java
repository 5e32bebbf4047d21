package dev.slicer.jobs;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Asks a running job to stop. The first of four things to happen decides: a cancellation, a wish to have the job given
 * back, the loss of the right to run it, or the job's own start of publishing, after which it can no longer be stopped.
 */
public final class StopSignal {
    enum Verdict {
        GO_ON,
        CANCEL,
        GIVE_BACK,
        /** Another process may be at work on the job. */
        LOST,
        TOO_LATE
    }

    private final BooleanSupplier held;
    private final AtomicReference<Optional<String>> cancelledBy = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.GO_ON);

    /** @param held whether the job is still the caller's to run */
    public StopSignal(BooleanSupplier held) {
        this.held = held;
    }

    /**
     * @param by who wants it, where that is known
     * @return whether the job is going to end cancelled; empty where it goes on elsewhere, given back or lost
     */
    public Optional<Boolean> cancel(Optional<String> by) {
        cancelledBy.compareAndSet(Optional.empty(), by);
        return switch (verdict.compareAndExchange(Verdict.GO_ON, Verdict.CANCEL)) {
            case GO_ON, CANCEL -> Optional.of(true);
            case TOO_LATE -> Optional.of(false);
            case GIVE_BACK, LOST -> Optional.empty();
        };
    }

    public void giveBack() {
        verdict.compareAndSet(Verdict.GO_ON, Verdict.GIVE_BACK);
    }

    /** From here on the job cannot be stopped, unless it was stopped before. */
    Verdict close() {
        stopWhereLost();
        return verdict.compareAndExchange(Verdict.GO_ON, Verdict.TOO_LATE);
    }

    boolean stopped() {
        stopWhereLost();
        Verdict now = verdict.get();
        return now == Verdict.CANCEL || now == Verdict.GIVE_BACK || now == Verdict.LOST;
    }

    /** Of a verdict to cancel. */
    Optional<String> cancelledBy() {
        return cancelledBy.get();
    }

    Verdict verdict() {
        return verdict.get();
    }

    private void stopWhereLost() {
        if (!held.getAsBoolean()) {
            verdict.compareAndSet(Verdict.GO_ON, Verdict.LOST);
        }
    }
}
