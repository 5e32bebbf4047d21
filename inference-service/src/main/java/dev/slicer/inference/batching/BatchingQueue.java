package dev.slicer.inference.batching;

import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TokenizedDocument;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The one way to the engine for texts of many callers: chunks that wait are packed into forward passes by a budget of
 * sub-tokens, whichever caller they come from. Passes are computed side by side, each on one core, but a pass that nothing waits
 * behind gets all cores that are free. Work for an older and a newer model can wait side by side, so that a model can be exchanged
 * at any time.
 */
public final class BatchingQueue implements AutoCloseable {
    /** Of so many passes one is the bulk lane's where both lanes wait. */
    private static final int BULK_TURN = 4;

    /** Fewer than these are not worth a pass of their own. */
    private static final int WORTHWHILE_TOKENS = 64;

    private static final long SHORTEST_RETRY = TimeUnit.SECONDS.toNanos(1);
    /** Weight of the newest pass in the engine's measured speed. */
    private static final double NEWEST = 0.1;

    private final BatchingLimits limits;
    private final QueueMetrics metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    /** Jobs of which something waits. */
    private final Map<Lane, Deque<Job>> lanes = new EnumMap<>(Lane.class);
    /** Those of which all is being computed. */
    private final Set<Job> taken = new HashSet<>();

    private final List<Thread> engine = new ArrayList<>();
    private int freeCores;
    private long lastInteractive;
    private int interactiveTurns;
    private double nanosPerToken;
    private boolean closed;

    /** Starts a thread for each core. */
    public BatchingQueue(BatchingLimits limits, QueueMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new ArrayDeque<>());
        }
        metrics.watch(this);
        freeCores = limits.cores();
        lastInteractive = System.nanoTime() - limits.maxWait().toNanos();
        for (int i = 0; i < limits.cores(); i++) {
            Thread thread = new Thread(this::run, "engine-" + i);
            thread.setDaemon(true);
            engine.add(thread);
        }
        engine.forEach(Thread::start);
    }

    /** Chunks of one forward pass by the job they belong to. */
    private record Pass(Lane lane, Tagger tagger, Map<Job, List<Chunk>> chunks, int cores) {
        List<Chunk> all() {
            return chunks.values().stream().flatMap(List::stream).toList();
        }
    }

    /**
     * Has all chunks of the documents computed. The tagger must stay open until the returned stage has ended.
     *
     * @param tokenized the tagger's own
     * @return ends, on the engine's thread, when nothing of the work is being computed any more: with its timing, with the
     *     model's exception or, after {@link #takeBack}, with a {@link CancellationException}
     * @throws QueueFullException where more than the configured work would wait; only in {@link Lane#INTERACTIVE}
     * @throws IllegalStateException after {@link #close}
     */
    public CompletionStage<Timing> submit(Tagger tagger, List<TokenizedDocument> tokenized, Lane lane) {
        Job job = new Job(tagger, tokenized, lane);
        lock.lock();
        try {
            if (closed) {
                throw closedException();
            }
            requireRoom(lane, job.waitingTokens());
            if (lane == Lane.INTERACTIVE) {
                job.hasCompany =
                        job.submitted - lastInteractive < limits.maxWait().toNanos();
                lastInteractive = job.submitted;
            }
            if (job.isWaiting()) {
                lanes.get(lane).add(job);
                work.signalAll();
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
            job.fail(new CancellationException());
            if (lanes.get(job.lane).remove(job) && !job.isOver()) {
                taken.add(job);
            }
            if (!job.isOver()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        job.tell();
    }

    private Optional<Job> find(CompletionStage<Timing> submitted) {
        return Stream.concat(lanes.values().stream().flatMap(Deque::stream), taken.stream())
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
        return engine.stream().allMatch(Thread::isAlive);
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
                while (isIdle() || freeCores == 0) {
                    work.await();
                }
                awaitCompany();
                // What waited for company may have been cancelled, or taken by another thread meanwhile.
            } while (isIdle() || freeCores == 0);
            Pass pass = take(turn());
            freeCores -= pass.cores();
            return pass;
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return lanes.values().stream().allMatch(Deque::isEmpty);
    }

    /**
     * Callers that come at the same time share a pass, though the first of them finds the engine idle. A caller who comes alone, as
     * far as can be told from the one before, does not wait.
     */
    private void awaitCompany() throws InterruptedException {
        Deque<Job> waiting = lanes.get(Lane.INTERACTIVE);
        while (!waiting.isEmpty() && lanes.get(Lane.BULK).isEmpty() && freeCores > 0) {
            Job first = waiting.peek();
            long left = first.submitted + limits.maxWait().toNanos() - System.nanoTime();
            if (left <= 0 || !first.hasCompany || queuedTokens(Lane.INTERACTIVE) >= limits.maxBatchTokens()) {
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
        int left = budget(lane);
        for (Iterator<Job> jobs = lanes.get(lane).iterator(); jobs.hasNext() && left > 0; ) {
            Job job = jobs.next();
            if (job.tagger != tagger) {
                continue;
            }
            List<Chunk> part = job.take(left, chunks.isEmpty());
            if (!part.isEmpty()) {
                chunks.put(job, part);
                left -= part.stream().mapToInt(Chunk::tokens).sum();
            }
            if (!job.isWaiting()) {
                jobs.remove();
                taken.add(job);
            }
        }
        return new Pass(lane, tagger, chunks, isIdle() ? freeCores : 1);
    }

    /** An equal part for each free core of what waits in the lane, where that is worth a pass. */
    private int budget(Lane lane) {
        if (limits.cores() == 1) {
            return limits.maxBatchTokens();
        }
        int part = (queuedTokens(lane) + freeCores - 1) / freeCores;
        return Math.min(limits.maxBatchTokens(), Math.max(WORTHWHILE_TOKENS, Math.min(part, Tagger.ONE_CORE_TOKENS)));
    }

    private void compute(Pass pass) {
        long start = System.nanoTime();
        boolean computed = false;
        try {
            pass.tagger().compute(pass.all(), pass.cores());
            computed = true;
        } catch (RuntimeException | Error e) {
            if (pass.chunks().size() == 1) {
                fail(pass.chunks().keySet().iterator().next(), e);
            } else {
                // One caller's text brought it down; the others' must not pay for it.
                pass.chunks().forEach((job, chunks) -> alone(pass, job, chunks));
            }
        }
        if (computed) {
            measured(pass, System.nanoTime() - start);
        }
        finish(pass);
    }

    private void alone(Pass pass, Job job, List<Chunk> chunks) {
        try {
            pass.tagger().compute(chunks, pass.cores());
        } catch (RuntimeException | Error e) {
            fail(job, e);
        }
    }

    private void fail(Job job, Throwable cause) {
        lock.lock();
        try {
            job.fail(cause);
            if (lanes.get(job.lane).remove(job)) {
                taken.add(job);
            }
        } finally {
            lock.unlock();
        }
    }

    private void measured(Pass pass, long nanos) {
        int tokens = pass.all().stream().mapToInt(Chunk::tokens).sum();
        double newest = (double) nanos * pass.cores() / limits.cores() / tokens;
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
            freeCores += pass.cores();
            work.signalAll();
            for (Job job : pass.chunks().keySet()) {
                job.computed();
                if (job.isOver()) {
                    taken.remove(job);
                    over.add(job);
                }
            }
        } finally {
            lock.unlock();
        }
        over.forEach(Job::tell);
    }

    private void failWaiting() {
        List<Job> over = new ArrayList<>();
        lock.lock();
        try {
            lanes.values().forEach(lane -> {
                lane.forEach(job -> job.fail(closedException()));
                over.addAll(lane.stream().filter(Job::isOver).toList());
                lane.clear();
            });
        } finally {
            lock.unlock();
        }
        over.forEach(Job::tell);
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
        engine.forEach(Thread::interrupt);
        try {
            for (Thread thread : engine) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
