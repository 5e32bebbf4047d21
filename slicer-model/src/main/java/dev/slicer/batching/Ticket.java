package dev.slicer.batching;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Work that was taken. */
public interface Ticket {
    /**
     * Ends when nothing of the work is being computed any more: with its timing; with the model's exception; or with
     * {@link java.util.concurrent.CancellationException}. It ends on the engine's thread, so what follows from it belongs
     * on another.
     */
    CompletableFuture<Timing> done();

    /** Takes back what has not begun. */
    void cancel();

    /**
     * @param queued until the first forward pass began
     * @param computed from then until the last one ended
     */
    record Timing(Duration queued, Duration computed) {}
}
