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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one way to the engine for texts of many callers: chunks that wait are packed into forward passes by a budget of
 * sub-tokens, an equal part of each client's that waits. Passes are computed side by side, each on one core, but a pass that nothing waits
 * behind gets all cores that are free. Work for an older and a newer model can wait side by side, so that a model can be exchanged
 * at any time.
 */
public final class BatchingQueue implements AutoCloseable {
    /** Of so many passes one is the bulk lane's where both lanes wait. */
    private static final int BULK_TURN = 4;

    /** Fewer than these are not worth a pass of their own. */
    private static final int WORTHWHILE_TOKENS = 64;

    /** Whose work is nobody's in particular. */
    private static final String NOBODY = "";

    /** How long work waits that its client may not have computed yet because others are here, before that is looked at again. */
    private static final long NOT_YET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long SHORTEST_RETRY = TimeUnit.SECONDS.toNanos(1);
    /** Weight of the newest pass in the engine's measured speed. */
    private static final double NEWEST = 0.1;

    private final BatchingLimits limits;
    private final QueueMetrics metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    /** Jobs of which something waits. */
    private final Map<Lane, Deque<Job>> lanes = new EnumMap<>(Lane.class);

    private final Map<Lane, Shares> shares = new EnumMap<>(Lane.class);
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
            shares.put(lane, new Shares());
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

    /** As {@link #submit(Tagger, List, Lane, String)}, for work that is of no client. */
    public CompletionStage<Timing> submit(Tagger tagger, List<TokenizedDocument> tokenized, Lane lane) {
        return submit(tagger, tokenized, lane, NOBODY);
    }

    /**
     * Has all chunks of the documents computed. The tagger must stay open until the returned stage has ended.
     *
     * @param tokenized the tagger's own
     * @param client who shares the lane with others
     * @return ends, on the engine's thread, when nothing of the work is being computed any more: with its timing, with the
     *     model's exception or, after {@link #takeBack}, with a {@link CancellationException}
     * @throws QueueFullException where more than the configured work would wait; only in {@link Lane#INTERACTIVE}
     * @throws IllegalStateException after {@link #close}
     */
    public CompletionStage<Timing> submit(Tagger tagger, List<TokenizedDocument> tokenized, Lane lane, String client) {
        Job job = new Job(tagger, tokenized, lane, client);
        // Asked before others know of it: later it has nothing left that waits while it is being taken, too.
        boolean isEmpty = job.isOver();
        lock.lock();
        try {
            if (closed) {
                throw closedException();
            }
            requireRoom(lane, client, job.waitingTokens());
            if (lane == Lane.INTERACTIVE) {
                job.hasCompany =
                        job.submitted - lastInteractive < limits.maxWait().toNanos();
                lastInteractive = job.submitted;
            }
            if (!isEmpty) {
                lanes.get(lane).add(job);
                shares.get(lane).came(client, job.submitted);
                work.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (isEmpty) {
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
     * @throws QueueFullException where not a single sub-token more of the client's may wait
     */
    public void requireRoom(Lane lane, String client) {
        requireRoom(lane, client, 1);
    }

    private void requireRoom(Lane lane, String client, int more) {
        if (lane != Lane.INTERACTIVE) {
            return;
        }
        lock.lock();
        try {
            Set<String> others = new HashSet<>();
            int own = 0;
            for (Job job : lanes.get(lane)) {
                if (job.client.equals(client)) {
                    own += job.waitingTokens();
                } else {
                    others.add(job.client);
                }
            }
            int share = limits.maxQueuedTokens() / (others.size() + 1);
            if (own + more <= share || own == 0 && others.isEmpty()) {
                return;
            }
            throw others.isEmpty()
                    ? new QueueFullException(own, more, share, timeFor(own))
                    : new QueueFullException(own, more, share, others.size(), timeFor(queuedTokens(lane)));
        } finally {
            lock.unlock();
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
                while (!mayTake() || freeCores == 0) {
                    if (isIdle() || freeCores == 0) {
                        work.await();
                    } else {
                        work.awaitNanos(NOT_YET_NANOS);
                    }
                }
                awaitCompany();
                // What waited for company may have been cancelled, or taken by another thread meanwhile.
            } while (!mayTake() || freeCores == 0);
            Pass pass = take(turn());
            freeCores -= pass.cores();
            return pass;
        } finally {
            lock.unlock();
        }
    }

    /** Whether something waits whose turn it can be. */
    private boolean mayTake() {
        return !lanes.get(Lane.BULK).isEmpty() || interactiveMayTake();
    }

    private boolean interactiveMayTake() {
        Deque<Job> waiting = lanes.get(Lane.INTERACTIVE);
        return !waiting.isEmpty()
                && (!isShared(Lane.INTERACTIVE) || waiting.stream().anyMatch(this::hasItsTurn));
    }

    /** Whether several clients ask and wait: what one of them is given at once is then bounded, so that the next one waits little. */
    private boolean isShared(Lane lane) {
        return lane == Lane.INTERACTIVE && shares.get(lane).hasSeveral(System.nanoTime());
    }

    /** Whether a core stays free for others beside what the client has computed already. */
    private boolean hasItsTurn(Job job) {
        return shares.get(job.lane).passes(job.client) < Math.max(1, limits.cores() - 1);
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
        if (!interactiveMayTake() || bulkWaits && interactiveTurns + 1 >= BULK_TURN) {
            interactiveTurns = 0;
            return Lane.BULK;
        }
        interactiveTurns = bulkWaits ? interactiveTurns + 1 : 0;
        return Lane.INTERACTIVE;
    }

    /** The oldest work of the client whose turn it is, and what fits beside it of the same model: first an equal part of each client's. */
    private Pass take(Lane lane) {
        boolean shared = isShared(lane);
        Map<String, List<Job>> waiting = new LinkedHashMap<>();
        for (Job job : lanes.get(lane)) {
            if (!shared || hasItsTurn(job)) {
                waiting.computeIfAbsent(job.client, client -> new ArrayList<>()).add(job);
            }
        }
        List<String> clients = shares.get(lane).inTurn(waiting.keySet());
        Tagger tagger = waiting.get(clients.get(0)).get(0).tagger;
        waiting.values().forEach(jobs -> jobs.removeIf(job -> job.tagger != tagger));
        int budget = shared ? Math.max(WORTHWHILE_TOKENS, budget(lane) / 2) : budget(lane);
        Map<Job, List<Chunk>> chunks = new LinkedHashMap<>();
        int left = budget;
        for (String client : clients) {
            left -= take(waiting.get(client), Math.min(left, Math.max(1, budget / clients.size())), chunks);
        }
        for (String client : clients) {
            left -= take(waiting.get(client), left, chunks);
        }
        chunks.keySet().forEach(Job::begin);
        clientsOf(chunks.keySet()).forEach(client -> shares.get(lane).began(client, System.nanoTime()));
        lanes.get(lane).removeIf(job -> !job.isWaiting() && taken.add(job));
        return new Pass(lane, tagger, chunks, isIdle() && !shared ? freeCores : 1);
    }

    /** @return sub-tokens of what was taken; the first chunk of a pass may have more than may be */
    private static int take(List<Job> jobs, int most, Map<Job, List<Chunk>> chunks) {
        int left = most;
        for (Job job : jobs) {
            if (left <= 0) {
                break;
            }
            List<Chunk> part = job.take(left, chunks.isEmpty());
            if (!part.isEmpty()) {
                chunks.computeIfAbsent(job, begun -> new ArrayList<>()).addAll(part);
                left -= part.stream().mapToInt(Chunk::tokens).sum();
            }
        }
        return most - left;
    }

    private static Set<String> clientsOf(Set<Job> jobs) {
        return jobs.stream().map(job -> job.client).collect(Collectors.toSet());
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
            clientsOf(pass.chunks().keySet())
                    .forEach(client -> shares.get(pass.lane()).ended(client, System.nanoTime()));
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
