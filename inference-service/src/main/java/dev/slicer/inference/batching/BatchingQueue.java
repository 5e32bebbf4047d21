package dev.slicer.inference.batching;

import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Reading;
import dev.slicer.tagging.Tagger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one way to the engine for texts of many callers: chunks that wait are packed into forward passes by a budget of
 * sub-tokens, whichever caller they come from. One thread computes; the engine spreads each pass over the cores by itself. Work for
 * an older and a newer model can wait side by side, so that a model can be exchanged at any time.
 */
public final class BatchingQueue implements AutoCloseable {
    /** Of so many passes one is the bulk lane's where both lanes wait. */
    private static final int BULK_TURN = 4;

    private static final long SHORTEST_RETRY = TimeUnit.SECONDS.toNanos(1);
    /** Weight of the newest pass in the engine's measured speed. */
    private static final double NEWEST = 0.1;

    private final BatchingLimits limits;
    private final QueueMetrics metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Map<Lane, Deque<Job>> lanes = new EnumMap<>(Lane.class);
    private final Thread engine = new Thread(this::run, "engine");
    private int interactiveTurns;
    private double nanosPerToken;
    private boolean closed;

    /** Starts its thread. */
    public BatchingQueue(BatchingLimits limits, QueueMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new ArrayDeque<>());
        }
        metrics.watch(this);
        engine.setDaemon(true);
        engine.start();
    }

    /** Chunks of one forward pass by the job they belong to. */
    private record Pass(Lane lane, Tagger tagger, Map<Job, List<Chunk>> chunks) {
        List<Chunk> all() {
            return chunks.values().stream().flatMap(List::stream).toList();
        }
    }

    /**
     * Has all chunks of the documents computed. The tagger must stay open until the returned stage has ended.
     *
     * @param readings the tagger's own
     * @return ends, on the engine's thread, when nothing of the work is being computed any more: with its timing, with the
     *     model's exception or, after {@link #takeBack}, with a {@link CancellationException}
     * @throws QueueFullException where more than the configured work would wait; only in {@link Lane#INTERACTIVE}
     * @throws IllegalStateException after {@link #close}
     */
    public CompletionStage<Timing> submit(Tagger tagger, List<Reading> readings, Lane lane) {
        Job job = new Job(tagger, readings, lane);
        lock.lock();
        try {
            if (closed) {
                throw closedException();
            }
            requireRoom(lane, job.waitingTokens());
            if (job.isWaiting()) {
                lanes.get(lane).add(job);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        if (job.isOver()) {
            job.tell();
        }
        return job.handedOut;
    }

    /**
     * Does not compute what has not begun.
     *
     * @param submitted what {@link #submit} returned
     */
    public void takeBack(CompletionStage<Timing> submitted) {
        Job job;
        lock.lock();
        try {
            Optional<Job> found = find(submitted);
            if (found.isEmpty()) {
                return;
            }
            job = found.get();
            lanes.get(job.lane).remove(job);
            job.fail(new CancellationException());
            if (!job.isOver()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        job.tell();
    }

    private Optional<Job> find(CompletionStage<Timing> submitted) {
        return lanes.values().stream()
                .flatMap(Deque::stream)
                .filter(job -> job.handedOut == submitted)
                .findFirst();
    }

    /**
     * Spares the work of reading what would be refused anyway.
     *
     * @throws QueueFullException where not a single sub-token more may wait
     */
    public void requireRoom(Lane lane) {
        requireRoom(lane, 1);
    }

    private void requireRoom(Lane lane, int more) {
        int waiting = queuedTokens(lane);
        boolean full = waiting > 0 && waiting + more > limits.maxQueuedTokens();
        if (lane == Lane.INTERACTIVE && full) {
            throw new QueueFullException(waiting, more, limits.maxQueuedTokens(), timeFor(waiting));
        }
    }

    /** Sub-tokens that wait in a lane. */
    public int queuedTokens(Lane lane) {
        lock.lock();
        try {
            return lanes.get(lane).stream().mapToInt(Job::waitingTokens).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it computes, or would. */
    public boolean isAlive() {
        return engine.isAlive();
    }

    private Duration timeFor(int tokens) {
        return Duration.ofNanos(Math.max(SHORTEST_RETRY, (long) (tokens * nanosPerToken)));
    }

    private void run() {
        try {
            while (true) {
                compute(next());
            }
        } catch (InterruptedException e) {
            failWaiting();
        }
    }

    private Pass next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            do {
                while (isIdle()) {
                    work.await();
                }
                awaitCompany();
                // What waited for company may have been cancelled meanwhile.
            } while (isIdle());
            return take(turn());
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return lanes.values().stream().allMatch(Deque::isEmpty);
    }

    /** Callers that come at the same time share a pass, though the first of them finds the engine idle. */
    private void awaitCompany() throws InterruptedException {
        Deque<Job> waiting = lanes.get(Lane.INTERACTIVE);
        while (!waiting.isEmpty() && lanes.get(Lane.BULK).isEmpty()) {
            long left = waiting.peek().submitted + limits.maxWait().toNanos() - System.nanoTime();
            if (left <= 0 || queuedTokens(Lane.INTERACTIVE) >= limits.maxBatchTokens()) {
                return;
            }
            work.awaitNanos(left);
        }
    }

    private Lane turn() {
        boolean bulkWaits = !lanes.get(Lane.BULK).isEmpty();
        if (lanes.get(Lane.INTERACTIVE).isEmpty() || bulkWaits && interactiveTurns + 1 >= BULK_TURN) {
            interactiveTurns = 0;
            return Lane.BULK;
        }
        interactiveTurns = bulkWaits ? interactiveTurns + 1 : 0;
        return Lane.INTERACTIVE;
    }

    /** The oldest work of the lane and what fits beside it of the same model. */
    private Pass take(Lane lane) {
        Map<Job, List<Chunk>> chunks = new LinkedHashMap<>();
        Tagger tagger = lanes.get(lane).element().tagger;
        int left = limits.maxBatchTokens();
        for (Iterator<Job> jobs = lanes.get(lane).iterator(); jobs.hasNext() && left > 0; ) {
            Job job = jobs.next();
            if (job.tagger != tagger) {
                continue;
            }
            List<Chunk> taken = job.take(left, chunks.isEmpty());
            if (!taken.isEmpty()) {
                chunks.put(job, taken);
                left -= taken.stream().mapToInt(Chunk::tokens).sum();
            }
        }
        return new Pass(lane, tagger, chunks);
    }

    private void compute(Pass pass) {
        long start = System.nanoTime();
        boolean computed = false;
        try {
            pass.tagger().compute(pass.all());
            computed = true;
        } catch (RuntimeException | Error e) {
            if (pass.chunks().size() == 1) {
                fail(pass.chunks().keySet().iterator().next(), e);
            } else {
                // One caller's text brought it down; the others' must not pay for it.
                pass.chunks().forEach((job, chunks) -> alone(pass.tagger(), job, chunks));
            }
        }
        if (computed) {
            measured(pass, System.nanoTime() - start);
        }
        finish(pass);
    }

    private void alone(Tagger tagger, Job job, List<Chunk> chunks) {
        try {
            tagger.compute(chunks);
        } catch (RuntimeException | Error e) {
            fail(job, e);
        }
    }

    private void fail(Job job, Throwable cause) {
        lock.lock();
        try {
            job.fail(cause);
        } finally {
            lock.unlock();
        }
    }

    private void measured(Pass pass, long nanos) {
        int tokens = pass.all().stream().mapToInt(Chunk::tokens).sum();
        double newest = (double) nanos / tokens;
        lock.lock();
        try {
            nanosPerToken = nanosPerToken == 0 ? newest : nanosPerToken + NEWEST * (newest - nanosPerToken);
        } finally {
            lock.unlock();
        }
        metrics.pass(pass.lane(), pass.all().size(), tokens, Duration.ofNanos(nanos));
    }

    private void finish(Pass pass) {
        List<Job> over = new ArrayList<>();
        lock.lock();
        try {
            for (Job job : pass.chunks().keySet()) {
                job.computed();
                if (job.isOver()) {
                    lanes.get(pass.lane()).remove(job);
                    over.add(job);
                }
            }
        } finally {
            lock.unlock();
        }
        over.forEach(Job::tell);
    }

    private void failWaiting() {
        List<Job> waiting = new ArrayList<>();
        lock.lock();
        try {
            lanes.values().forEach(lane -> {
                waiting.addAll(lane);
                lane.clear();
            });
            waiting.forEach(job -> job.fail(closedException()));
        } finally {
            lock.unlock();
        }
        waiting.forEach(Job::tell);
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the engine is being stopped");
    }

    /** Ends the forward pass under way; what waits fails. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        engine.interrupt();
        try {
            engine.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
