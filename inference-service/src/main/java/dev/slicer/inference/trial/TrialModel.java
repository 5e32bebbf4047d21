package dev.slicer.inference.trial;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.VerifiedCheckpoint;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.inference.model.FailedLoad;
import dev.slicer.inference.model.ModelSlot;
import dev.slicer.inference.model.SharedTagger;
import dev.slicer.inference.model.TaggerFactory;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.kafka.loops.BackOff;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The one model that may be in memory beside the one that serves: opened when it is asked for, closed when another one is
 * or when it was not used for a while, and making room when another one is to serve. One that is not what it should be
 * is remembered for as long; one that cannot be opened now is tried again.
 */
public final class TrialModel implements ModelSlot, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TrialModel.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final String NOT_OPENED = "cannot be opened: ";

    private sealed interface State {}

    private record Empty() implements State {}

    private record Open(CheckpointRef model, SharedTagger tagger) implements State {}

    private record Refused(CheckpointRef model, String reason) implements State {}

    /** @param until the monotonic clock's time of the next attempt */
    private record Unavailable(CheckpointRef model, String problem, long until) implements State {}

    /** There is no memory for it. */
    private record Crowded(CheckpointRef model, String problem, long until) implements State {}

    /** Attempts at the same model, one after the other, that failed. */
    private record FailedAttempts(CheckpointRef model, long since, BackOff backOff) {}

    private final TaggerFactory taggers;
    private final WarmUp warmUp;
    private final CheckpointStore checkpoints;
    private final Room room;
    private final Duration keepOpen;
    private final Duration patience;
    private final Supplier<BackOff> backOffs;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "trial-model");
        thread.setDaemon(true);
        return thread;
    });
    /** Held while the model, or the slot for it, is used. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile State state = new Empty();
    private volatile int failures;
    private Optional<FailedAttempts> failedAttempts = Optional.empty();
    private long lastUse = System.nanoTime();

    /**
     * @param room for it beside the model that serves
     * @param keepOpen how long it stays without work
     * @param patience for how long documents wait for a model that cannot be opened now
     * @param backOffs for the attempts at a model
     */
    public TrialModel(
            TaggerFactory taggers,
            WarmUp warmUp,
            CheckpointStore checkpoints,
            Room room,
            Duration keepOpen,
            Duration patience,
            Supplier<BackOff> backOffs) {
        this.taggers = taggers;
        this.warmUp = warmUp;
        this.checkpoints = checkpoints;
        this.room = room;
        this.keepOpen = keepOpen;
        this.patience = patience;
        this.backOffs = backOffs;
    }

    /** Whether there is a model in memory. */
    public boolean isOpen() {
        return state instanceof Open;
    }

    /** Why there is no model here though there is work for one: there was no memory for it. */
    public Optional<String> obstacle() {
        return state instanceof Crowded crowded ? Optional.of(crowded.problem()) : Optional.empty();
    }

    /** Waits for memory for the model that there was none for; false when the time is over first. */
    boolean awaitRoom(Duration timeout) throws InterruptedException {
        if (!(state instanceof Crowded crowded)) {
            return true;
        }
        Thread.sleep(timeout.toMillis());
        if (System.nanoTime() - crowded.until() < 0) {
            return false;
        }
        lock.lockInterruptibly();
        try {
            // Whoever took the slot meanwhile has made room.
            if (state == crowded) {
                state = lack(crowded.model())
                        .<State>map(
                                problem -> new Crowded(crowded.model(), NOT_OPENED + problem, later(crowded.model())))
                        .orElseGet(Empty::new);
            }
            return !(state instanceof Crowded);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is known of what cannot be fetched. */
    private Optional<String> lack(CheckpointRef model) {
        try {
            return room.lackedBy(checkpoints.fetch(model.id(), model.digest()).folder());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** How often a model could not be opened, or failed on every text. */
    public int failures() {
        return failures;
    }

    /** The right to use the slot, and the model that was asked for in it, until closed. Others wait. */
    final class Use implements AutoCloseable {
        private final CheckpointRef model;

        private Use(CheckpointRef model) {
            this.model = model;
        }

        /** The model; empty where it is refused, or cannot be opened now. */
        Optional<SharedTagger.Lease> lease() {
            return state instanceof Open open ? open.tagger().lease() : Optional.empty();
        }

        /** Why the model is refused, where it is. */
        Optional<String> refusal() {
            return state instanceof Refused refused ? Optional.of(refused.reason()) : Optional.empty();
        }

        /** Why the model cannot be opened now. */
        String problem() {
            return state instanceof Unavailable unavailable ? unavailable.problem() : "";
        }

        /** Why there is no memory for the model, where there is none. */
        Optional<String> crowding() {
            return obstacle();
        }

        /** Whether the model cannot be opened now and that is not so for long. */
        boolean isWorthWaitingFor() {
            return state instanceof Unavailable
                    && failedAttempts
                            .filter(attempts -> System.nanoTime() - attempts.since() < patience.toNanos())
                            .isPresent();
        }

        /** Gives the model up, for good where the problem lies in it. */
        void fail(Throwable problem, String reason) {
            LOG.errorf(problem, "checkpoint %s cannot be tried", model.id());
            failures++;
            empty();
            if (FailedLoad.kindOf(problem) == Kind.CORRUPT) {
                state = new Refused(model, reason);
                return;
            }
            long until = later(model);
            state = FailedLoad.isForWantOfMemory(problem)
                    ? new Crowded(model, reason, until)
                    : new Unavailable(model, reason, until);
        }

        @Override
        public void close() {
            lastUse = System.nanoTime();
            try {
                timer.schedule(TrialModel.this::closeIdle, keepOpen.toNanos(), TimeUnit.NANOSECONDS);
            } finally {
                lock.unlock();
            }
        }
    }

    /** When an attempt at a model comes next, later each time that it fails. */
    private long later(CheckpointRef model) {
        FailedAttempts attempts = failedAttempts
                .filter(before -> before.model().equals(model))
                .orElseGet(() -> new FailedAttempts(model, System.nanoTime(), backOffs.get()));
        failedAttempts = Optional.of(attempts);
        return System.nanoTime() + attempts.backOff().next().toNanos();
    }

    /** Waits for its turn and opens the model, where it isn't open, refused, or has failed to open a moment ago. */
    Use use(CheckpointRef model) throws InterruptedException {
        lock.lockInterruptibly();
        Use use = new Use(model);
        try {
            if (!isAbout(model)) {
                empty();
                open(use);
            }
            return use;
        } catch (InterruptedException | RuntimeException e) {
            use.close();
            throw e;
        }
    }

    /** Closes the model when the work on it is done, and opens none until the slot is given back. */
    @Override
    public void take() {
        lock.lock();
        try {
            empty();
        } catch (RuntimeException | Error e) {
            lock.unlock();
            throw e;
        }
    }

    @Override
    public void giveBack() {
        lock.unlock();
    }

    private boolean isAbout(CheckpointRef model) {
        return state instanceof Open open && open.model().equals(model)
                || state instanceof Refused refused && refused.model().equals(model)
                || state instanceof Unavailable unavailable
                        && unavailable.model().equals(model)
                        && System.nanoTime() - unavailable.until() < 0
                || state instanceof Crowded crowded
                        && crowded.model().equals(model)
                        && System.nanoTime() - crowded.until() < 0;
    }

    private void open(Use use) throws InterruptedException {
        long start = System.nanoTime();
        try {
            String id = use.model.id();
            VerifiedCheckpoint checkpoint = checkpoints.fetch(id, use.model.digest());
            room.lackedBy(checkpoint.folder()).ifPresent(problem -> {
                throw new NoRoomException(problem);
            });
            state = new Open(use.model, new SharedTagger(warmUp.runShortLengths(taggers.open(checkpoint.files(), id))));
            failedAttempts = Optional.empty();
            LOG.infof("model %s is on trial, loaded in %.1f s", id, (System.nanoTime() - start) / 1e9);
        } catch (RuntimeException | Error e) {
            if (Thread.interrupted()) {
                // Reading files ends with an interrupt, which says nothing about them.
                throw new InterruptedException();
            }
            use.fail(e, NOT_OPENED + e.getMessage());
        }
    }

    private void closeIdle() {
        // The thread that has the lock uses the model, and has this run again when done.
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (System.nanoTime() - lastUse >= keepOpen.toNanos()) {
                empty();
            }
        } finally {
            lock.unlock();
        }
    }

    private void empty() {
        State before = state;
        state = new Empty();
        if (before instanceof Open open) {
            open.tagger().retire();
            LOG.infof("model %s is on trial no more", open.model().id());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            // A checkpoint that is being opened is not waited for; it ends with the process.
            if (lock.tryLock(CLOSE.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    empty();
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
