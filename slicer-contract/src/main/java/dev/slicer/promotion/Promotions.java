package dev.slicer.promotion;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.promotion.CheckpointState.Candidate;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.Open;
import dev.slicer.promotion.CheckpointState.Promotable;
import dev.slicer.promotion.CheckpointState.Promoted;
import dev.slicer.promotion.CheckpointState.SetAside;
import dev.slicer.promotion.CheckpointState.Superseded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where all checkpoints stand, read from the topics of announcements and of events; immutable. Whoever reads the records
 * of each topic in their order comes to the same, in whatever way the two mix: what an event changes depends on the events
 * before it alone, and an announcement says what there is to decide about and in which order it came.
 *
 * <p>What an evaluator says counts only for what it was said of: while the same checkpoint is promoted, and a trial's end
 * only for that trial. So an evaluator that was held up for however long between its comparison and its word changes
 * nothing that somebody else has decided meanwhile.
 *
 * <p>A record costs the logarithm of the number of checkpoints, and the memory grows with that number alone.
 */
public final class Promotions {
    /** Of the events of a checkpoint that are told from repetitions, the last. */
    private static final int REMEMBERED = 64;

    private static final Promotions NONE = new Promotions(
            PersistentMap.empty(),
            PersistentMap.empty(),
            PersistentMap.empty(),
            PersistentMap.empty(),
            PersistentMap.empty(),
            PersistentMap.empty(),
            Optional.empty(),
            0);

    private final PersistentMap<String, Known> checkpoints;
    /** In the order of their announcements. */
    private final PersistentMap<Integer, String> announced;
    /** Those that nobody has decided about, among the announced. */
    private final PersistentMap<Integer, String> undecided;
    /** Those that events have moved and whose announcements are still to be read, in the order of the first such event. */
    private final PersistentMap<Integer, String> unannounced;
    /** The superseded ones, the one to go back to last. */
    private final PersistentMap<Integer, String> superseded;
    /** On trial or set aside. */
    private final PersistentMap<String, String> tried;

    private final Optional<String> promoted;
    /** The next place in an order. */
    private final int next;

    /** @param ignored why the record changes nothing; empty where it was taken */
    public record Step(Promotions after, Optional<String> ignored) {}

    /** What tells events of a checkpoint apart. What a topic says twice, by a sender's retry, has happened once. */
    private record Said(Kind kind, Instant at, String by, Optional<String> current, Optional<Instant> trial) {
        static Said of(CheckpointEvent event) {
            return new Said(event.kind(), event.at(), event.by(), event.current(), event.trial());
        }
    }

    /**
     * @param moved the state that events led to; without it is a candidate
     * @param place among the announced, or among those that events have moved before their announcement
     * @param superseded its place among the superseded, while it is
     * @param pinnedDigest what the last beginning of a trial or promotion said that said a digest
     * @param said the last events
     */
    private record Known(
            Optional<CheckpointPublished> announcement,
            Optional<CheckpointState> moved,
            int place,
            int superseded,
            Optional<String> pinnedDigest,
            List<Said> said) {
        static final Known NOTHING = new Known(Optional.empty(), Optional.empty(), -1, -1, Optional.empty(), List.of());

        Known announced(CheckpointPublished published, int at) {
            return new Known(Optional.of(published), moved, at, superseded, pinnedDigest, said);
        }

        Known movedTo(CheckpointState state, int at) {
            return new Known(announcement, Optional.of(state), at, superseded, pinnedDigest, said);
        }

        Known supersededAt(int at) {
            return new Known(announcement, moved, place, at, pinnedDigest, said);
        }

        Known unmoved() {
            return new Known(announcement, Optional.empty(), place, superseded, pinnedDigest, said);
        }

        Known pinned(Optional<String> digest) {
            return new Known(announcement, moved, place, superseded, digest.or(() -> pinnedDigest), said);
        }

        Known with(Said more) {
            List<Said> last = new ArrayList<>(said.subList(Math.max(0, said.size() + 1 - REMEMBERED), said.size()));
            last.add(more);
            return new Known(announcement, moved, place, superseded, pinnedDigest, List.copyOf(last));
        }
    }

    private Promotions(
            PersistentMap<String, Known> checkpoints,
            PersistentMap<Integer, String> announced,
            PersistentMap<Integer, String> undecided,
            PersistentMap<Integer, String> unannounced,
            PersistentMap<Integer, String> superseded,
            PersistentMap<String, String> tried,
            Optional<String> promoted,
            int next) {
        this.checkpoints = checkpoints;
        this.announced = announced;
        this.undecided = undecided;
        this.unannounced = unannounced;
        this.superseded = superseded;
        this.tried = tried;
        this.promoted = promoted;
        this.next = next;
    }

    /** Before the first record of either topic. */
    public static Promotions none() {
        return NONE;
    }

    /** Takes the next announcement. */
    public Step apply(CheckpointPublished announcement) {
        String id = announcement.checkpointId();
        Known known = known(id);
        if (known.announcement().isPresent()) {
            return ignore(id + " has been announced before");
        }
        boolean open = known.moved().filter(state -> !(state instanceof Open)).isEmpty();
        return taken(new Promotions(
                checkpoints.with(id, known.announced(announcement, next)),
                announced.with(next, id),
                open ? undecided.with(next, id) : undecided,
                unannounced.without(known.place()),
                superseded,
                tried,
                promoted,
                next + 1));
    }

    /** Takes the next event. One of a checkpoint whose announcement is still to be read counts as of a candidate. */
    public Step apply(CheckpointEvent event) {
        if (event.kind() == Kind.SERVED) {
            // Earlier versions wrote it here; it is no step.
            return taken(this);
        }
        String id = event.checkpointId();
        if (known(id).said().contains(Said.of(event))) {
            return ignore("this has been said before");
        }
        // When a candidate was announced plays no part in what becomes of it.
        CheckpointState state = known(id).moved().orElseGet(() -> new Candidate(id, Instant.EPOCH));
        Promotions with = remembering(event);
        Optional<String> outdated = outdated(event, state);
        if (outdated.isPresent()) {
            return with.ignore(outdated.get());
        }
        return switch (event.kind()) {
            case TRIAL_BEGUN ->
                state instanceof Open open
                        ? taken(with.move(open.beginTrial(event)).pinned(event))
                        : with.ignore(isAlready(state) + ": its trial cannot begin");
            case SET_ASIDE -> taken(with.move(((OnTrial) state).setAside(event)));
            case REFUSED ->
                state instanceof Open open
                        ? taken(with.move(open.refuse(event)))
                        : with.ignore(isAlready(state) + ": it cannot be refused");
            case PROMOTED ->
                state instanceof Promotable next && (event.current().isEmpty() || state instanceof Open)
                        ? taken(with.promote(next, event))
                        : with.ignore(isAlready(state));
            case ROLLED_BACK ->
                state instanceof Promoted last
                        ? with.rollBack(last, event)
                        : with.ignore(id + " is not the promoted checkpoint");
            case SERVED -> throw new IllegalStateException("it is no step");
        };
    }

    /** Why a step does not fit what has happened since its writer looked, where that is so. */
    private Optional<String> outdated(CheckpointEvent event, CheckpointState state) {
        if (event.endsTrial() && !(state instanceof OnTrial trial && trial.isEndedBy(event))) {
            return Optional.of(
                    state instanceof Open
                            ? "the trial that it speaks of is not the one that " + state.checkpointId() + " is on"
                            : isAlready(state));
        }
        String now = promoted.orElse(CheckpointEvent.NO_CHECKPOINT);
        return event.current()
                .filter(current -> !current.equals(now))
                .map(current -> "it would come in the place of " + current + ", and promoted is " + now);
    }

    /** The checkpoint to serve. */
    public Optional<String> promoted() {
        return promoted;
    }

    /** The checkpoint that is promoted again when the promoted one is rolled back. */
    public Optional<String> rollbackTarget() {
        return superseded.last();
    }

    /** Of a checkpoint that was announced or that an event has moved. */
    public Optional<CheckpointState> state(String checkpointId) {
        Known known = known(checkpointId);
        return known.moved()
                .or(() -> known.announcement().map(published -> new Candidate(checkpointId, published.publishedAt())));
    }

    /** The first announcement of a checkpoint. */
    public Optional<CheckpointPublished> announcement(String checkpointId) {
        return known(checkpointId).announcement();
    }

    /**
     * The digest that a checkpoint must have: what its promotion said, else the beginning of its trial, else its announcement. So what
     * is promoted is what was tried: the topic of events keeps the order of all that was decided, while an announcement may have
     * taken the place of an earlier one of the same id. Empty where none said it, as in earlier versions.
     */
    public Optional<String> digest(String checkpointId) {
        Known known = known(checkpointId);
        return known.pinnedDigest().or(() -> known.announcement().flatMap(CheckpointPublished::digest));
    }

    /** Whether both were announced, this one first. */
    public boolean isAnnouncedBefore(String checkpointId, String other) {
        Known one = known(checkpointId);
        Known two = known(other);
        return one.announcement().isPresent() && two.announcement().isPresent() && one.place() < two.place();
    }

    /** In the order of their announcements; behind them those whose announcement has not been read. */
    public List<CheckpointState> states() {
        return states(announced, unannounced).toList();
    }

    /** The checkpoints that nobody has decided about, in the order of {@link #states}. */
    public List<String> candidates() {
        return states(undecided, unannounced)
                .filter(Open.class::isInstance)
                .map(CheckpointState::checkpointId)
                .toList();
    }

    /** Those that nobody has decided about among the announced ones, in the order of their announcements. */
    public List<CheckpointState> undecided() {
        return states(undecided, PersistentMap.empty()).toList();
    }

    private Stream<CheckpointState> states(
            PersistentMap<Integer, String> first, PersistentMap<Integer, String> behindThem) {
        return Stream.concat(first.values().stream(), behindThem.values().stream())
                .map(id -> state(id).orElseThrow());
    }

    private Known known(String checkpointId) {
        return checkpoints.get(checkpointId).orElse(Known.NOTHING);
    }

    private static String isAlready(CheckpointState state) {
        return state.checkpointId() + " is " + state.label().replace('_', ' ') + " already";
    }

    private static Step taken(Promotions after) {
        return new Step(after, Optional.empty());
    }

    private Step ignore(String why) {
        return new Step(this, Optional.of(why));
    }

    private Promotions remembering(CheckpointEvent event) {
        String id = event.checkpointId();
        return with(checkpoints.with(id, known(id).with(Said.of(event))));
    }

    private Promotions with(PersistentMap<String, Known> changed) {
        return new Promotions(changed, announced, undecided, unannounced, superseded, tried, promoted, next);
    }

    /** Also out of the order of the superseded, or to its end. */
    private Promotions move(CheckpointState state) {
        String id = state.checkpointId();
        Known before = known(id);
        boolean isNew = before.announcement().isEmpty() && before.moved().isEmpty();
        boolean isSuperseded = state instanceof Superseded;
        int place = isNew ? next : before.place();
        return new Promotions(
                checkpoints.with(id, before.movedTo(state, place).supersededAt(isSuperseded ? next : -1)),
                announced,
                before.announcement().isEmpty()
                        ? undecided
                        : state instanceof Open ? undecided.with(place, id) : undecided.without(place),
                isNew ? unannounced.with(place, id) : unannounced,
                isSuperseded ? superseded.with(next, id) : superseded.without(before.superseded()),
                state instanceof OnTrial || state instanceof SetAside ? tried.with(id, id) : tried.without(id),
                promoted,
                next + 1);
    }

    /** Has another one promoted. Those that were compared with the one before are candidates again. */
    private Promotions promoted(String id) {
        PersistentMap<String, Known> left = checkpoints;
        PersistentMap<Integer, String> waiting = unannounced;
        for (String candidate : tried.values()) {
            Known known = known(candidate);
            left = left.with(candidate, known.unmoved());
            waiting = waiting.without(known.place());
        }
        return new Promotions(
                left, announced, undecided, waiting, superseded, PersistentMap.empty(), Optional.of(id), next);
    }

    private Promotions promote(Promotable state, CheckpointEvent event) {
        Promotions before = promoted.map(current -> move(
                        ((Promoted) known(current).moved().orElseThrow()).supersede(state.checkpointId(), event.at())))
                .orElse(this);
        return before.move(state.promote(event)).pinned(event).promoted(state.checkpointId());
    }

    private Promotions pinned(CheckpointEvent event) {
        String id = event.checkpointId();
        return with(checkpoints.with(id, known(id).pinned(event.digest())));
    }

    private Step rollBack(Promoted last, CheckpointEvent event) {
        Optional<String> target = rollbackTarget();
        if (target.isEmpty()) {
            return ignore("there is no checkpoint to go back to from " + last.checkpointId());
        }
        Promotable before = (Promotable) known(target.get()).moved().orElseThrow();
        return taken(move(last.rollBack(event)).move(before.promote(event)).promoted(target.get()));
    }
}
