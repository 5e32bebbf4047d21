package dev.slicer.inference.batching;

import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TokenizedDocument;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Work of one caller; all but what is final is guarded by the queue's lock. */
final class Job {
    final Tagger tagger;
    final Lane lane;
    final String client;
    final long submitted = System.nanoTime();
    final CompletableFuture<Timing> done = new CompletableFuture<>();
    /** What the caller gets: it cannot end the work's future. */
    final CompletionStage<Timing> handedOut = done.minimalCompletionStage();

    /** Whether the caller before came so shortly before this one that another one is to be expected. */
    boolean hasCompany;

    private final Deque<Chunk> waiting;
    private int waitingTokens;
    private int computing;
    private long started;
    private Optional<Throwable> failure = Optional.empty();

    Job(Tagger tagger, List<TokenizedDocument> tokenized, Lane lane, String client) {
        this.tagger = tagger;
        this.lane = lane;
        this.client = client;
        List<Chunk> chunks = new ArrayList<>();
        tokenized.forEach(document -> chunks.addAll(document.chunks()));
        // Attention is padded to the longest of a group: chunks of like length are computed together.
        chunks.sort(Comparator.comparingInt(Chunk::tokens));
        this.waiting = new ArrayDeque<>(chunks);
        this.waitingTokens = chunks.stream().mapToInt(Chunk::tokens).sum();
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    int waitingTokens() {
        return waitingTokens;
    }

    /** Takes chunks for a pass: as many as fit, but at least one where {@code evenTooLarge}. */
    List<Chunk> take(int tokens, boolean evenTooLarge) {
        List<Chunk> taken = new ArrayList<>();
        int left = tokens;
        while (isWaiting() && (waiting.peek().tokens() <= left || evenTooLarge && taken.isEmpty())) {
            Chunk chunk = waiting.poll();
            left -= chunk.tokens();
            waitingTokens -= chunk.tokens();
            taken.add(chunk);
        }
        return taken;
    }

    /** A pass with some of its chunks begins. */
    void begin() {
        computing++;
        started = started == 0 ? System.nanoTime() : started;
    }

    void computed() {
        computing--;
    }

    /** Gives up what waits. */
    void fail(Throwable cause) {
        failure = failure.or(() -> Optional.of(cause));
        waiting.clear();
        waitingTokens = 0;
    }

    boolean isOver() {
        return computing == 0 && waiting.isEmpty();
    }

    /** Tells the caller, outside of the queue's lock. */
    void tell() {
        if (failure.isEmpty()) {
            long now = System.nanoTime();
            long begun = started == 0 ? now : started;
            done.complete(new Timing(Duration.ofNanos(begun - submitted), Duration.ofNanos(now - begun)));
        } else if (failure.get() instanceof CancellationException) {
            done.cancel(false);
        } else {
            done.completeExceptionally(failure.get());
        }
    }
}
