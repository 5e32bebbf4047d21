package dev.slicer.promotion;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.promotion.CheckpointState.Candidate;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.Open;
import dev.slicer.promotion.CheckpointState.Promotable;
import dev.slicer.promotion.CheckpointState.Promoted;
import dev.slicer.promotion.CheckpointState.SetAside;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where all checkpoints stand, read from the topics of announcements and of events; immutable. Whoever reads the records
 * of each topic in their order comes to the same, in whatever way the two mix: what an event changes depends on the events
 * before it alone, and an announcement says what there is to decide about and in which order it came.
 *
 * <p>What an evaluator says counts only for what it was said of: while the same checkpoint is promoted, and a trial's end
 * only for that trial. So an evaluator that was held up for however long between its comparison and its word changes
 * nothing that somebody else has decided meanwhile.
 */
public final class Promotions {
    private static final Promotions NONE = new Promotions(Map.of(), Map.of(), List.of(), Optional.empty(), Map.of());

    private final Map<String, CheckpointPublished> announced;
    /** States that events led to, by the first such event of each checkpoint. */
    private final Map<String, CheckpointState> moved;
    /** The superseded ones, the one to go back to last. */
    private final List<String> superseded;

    private final Optional<String> promoted;
    /** What a topic says twice, by a sender's retry, has happened once. */
    private final Map<String, Set<CheckpointEvent>> taken;

    /** @param ignored why the record changes nothing; empty where it was taken */
    public record Step(Promotions after, Optional<String> ignored) {}

    private Promotions(
            Map<String, CheckpointPublished> announced,
            Map<String, CheckpointState> moved,
            List<String> superseded,
            Optional<String> promoted,
            Map<String, Set<CheckpointEvent>> taken) {
        this.announced = announced;
        this.moved = moved;
        this.superseded = List.copyOf(superseded);
        this.promoted = promoted;
        this.taken = taken;
    }

    /** Before the first record of either topic. */
    public static Promotions none() {
        return NONE;
    }

    /** Takes the next announcement. */
    public Step apply(CheckpointPublished announcement) {
        if (announced.containsKey(announcement.checkpointId())) {
            return ignore(announcement.checkpointId() + " has been announced before");
        }
        Map<String, CheckpointPublished> more = new LinkedHashMap<>(announced);
        more.put(announcement.checkpointId(), announcement);
        return new Step(new Promotions(more, moved, superseded, promoted, taken), Optional.empty());
    }

    /** Takes the next event. One of a checkpoint whose announcement is still to be read counts as of a candidate. */
    public Step apply(CheckpointEvent event) {
        String id = event.checkpointId();
        if (taken.getOrDefault(id, Set.of()).contains(event)) {
            return ignore("this has been said before");
        }
        // When a candidate was announced plays no part in what becomes of it.
        CheckpointState state = moved.getOrDefault(id, new Candidate(id, Instant.EPOCH));
        Promotions with = remembering(event);
        Optional<String> outdated = outdated(event, state);
        if (outdated.isPresent()) {
            return with.ignore(outdated.get());
        }
        return switch (event.kind()) {
            case TRIAL_BEGUN ->
                state instanceof Open open
                        ? with.move(open.beginTrial(event))
                        : with.ignore(isAlready(state) + ": its trial cannot begin");
            case SET_ASIDE -> with.move(((OnTrial) state).setAside(event));
            case REFUSED ->
                state instanceof Open open
                        ? with.move(open.refuse(event))
                        : with.ignore(isAlready(state) + ": it cannot be refused");
            case PROMOTED ->
                state instanceof Promotable next && (event.current().isEmpty() || state instanceof Open)
                        ? with.promote(next, event)
                        : with.ignore(isAlready(state));
            case ROLLED_BACK ->
                state instanceof Promoted last
                        ? with.rollBack(last, event)
                        : with.ignore(id + " is not the promoted checkpoint");
            case SERVED -> new Step(this, Optional.empty());
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
        return superseded.isEmpty() ? Optional.empty() : Optional.of(superseded.get(superseded.size() - 1));
    }

    /** Of a checkpoint that was announced or that an event has moved. */
    public Optional<CheckpointState> state(String checkpointId) {
        return Optional.ofNullable(moved.get(checkpointId))
                .or(() -> announcement(checkpointId)
                        .map(published -> new Candidate(checkpointId, published.publishedAt())));
    }

    /** The first announcement of a checkpoint. */
    public Optional<CheckpointPublished> announcement(String checkpointId) {
        return Optional.ofNullable(announced.get(checkpointId));
    }

    /** In the order of their announcements; behind them those whose announcement has not been read. */
    public List<CheckpointState> states() {
        Set<String> ids = new LinkedHashSet<>(announced.keySet());
        ids.addAll(moved.keySet());
        return ids.stream().map(id -> state(id).orElseThrow()).toList();
    }

    /** The checkpoints that nobody has decided about, in the order of their announcements. */
    public List<String> candidates() {
        return states().stream()
                .filter(Open.class::isInstance)
                .map(CheckpointState::checkpointId)
                .toList();
    }

    private static String isAlready(CheckpointState state) {
        return state.checkpointId() + " is " + state.label().replace('_', ' ') + " already";
    }

    private Step ignore(String why) {
        return new Step(this, Optional.of(why));
    }

    private Promotions remembering(CheckpointEvent event) {
        String id = event.checkpointId();
        Set<CheckpointEvent> ofCheckpoint = new HashSet<>(taken.getOrDefault(id, Set.of()));
        ofCheckpoint.add(event);
        Map<String, Set<CheckpointEvent>> more = new HashMap<>(taken);
        more.put(id, ofCheckpoint);
        return new Promotions(announced, moved, superseded, promoted, more);
    }

    private Step move(CheckpointState next) {
        return move(List.of(next), superseded, promoted);
    }

    private Step move(List<CheckpointState> next, List<String> goBackTo, Optional<String> serve) {
        Map<String, CheckpointState> states = new LinkedHashMap<>(moved);
        if (!serve.equals(promoted)) {
            // They were compared with another one than is promoted now, and are candidates again.
            states.values().removeIf(state -> state instanceof OnTrial || state instanceof SetAside);
        }
        next.forEach(state -> states.put(state.checkpointId(), state));
        return new Step(new Promotions(announced, states, goBackTo, serve, taken), Optional.empty());
    }

    private Step promote(Promotable next, CheckpointEvent event) {
        List<CheckpointState> states = new ArrayList<>();
        List<String> goBackTo = new ArrayList<>(superseded);
        goBackTo.remove(next.checkpointId());
        promoted.ifPresent(current -> {
            states.add(((Promoted) moved.get(current)).supersede(next.checkpointId(), event.at()));
            goBackTo.add(current);
        });
        states.add(next.promote(event));
        return move(states, goBackTo, Optional.of(next.checkpointId()));
    }

    private Step rollBack(Promoted last, CheckpointEvent event) {
        if (superseded.isEmpty()) {
            return ignore("there is no checkpoint to go back to from " + last.checkpointId());
        }
        int end = superseded.size() - 1;
        Promotable before = (Promotable) moved.get(superseded.get(end));
        return move(
                List.of(last.rollBack(event), before.promote(event)),
                superseded.subList(0, end),
                Optional.of(before.checkpointId()));
    }
}
