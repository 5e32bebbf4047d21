package dev.slicer.trainer;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Asks a running job to stop. The first of three things to happen decides: a cancellation, a wish to have the job given
 * back, or the job's own start of publishing, after which it can no longer be stopped.
 */
final class StopSignal {
    enum Verdict {
        GO_ON,
        CANCEL,
        GIVE_BACK,
        TOO_LATE
    }

    private final AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.GO_ON);

    /** @return whether the job is going to end cancelled */
    boolean cancel() {
        return verdict.compareAndSet(Verdict.GO_ON, Verdict.CANCEL) || verdict.get() == Verdict.CANCEL;
    }

    void giveBack() {
        verdict.compareAndSet(Verdict.GO_ON, Verdict.GIVE_BACK);
    }

    /** From here on nobody can stop the job, unless somebody has. */
    Verdict close() {
        return verdict.compareAndExchange(Verdict.GO_ON, Verdict.TOO_LATE);
    }

    boolean stopped() {
        Verdict now = verdict.get();
        return now == Verdict.CANCEL || now == Verdict.GIVE_BACK;
    }

    Verdict verdict() {
        return verdict.get();
    }
}
