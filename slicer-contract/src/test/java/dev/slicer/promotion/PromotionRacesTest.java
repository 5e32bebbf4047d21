package dev.slicer.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState.Candidate;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.Open;
import dev.slicer.promotion.CheckpointState.Promoted;
import dev.slicer.promotion.CheckpointState.Refused;
import dev.slicer.promotion.CheckpointState.RolledBack;
import dev.slicer.promotion.CheckpointState.SetAside;
import dev.slicer.promotion.CheckpointState.Superseded;
import dev.slicer.promotion.Promotions.Step;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/**
 * Two evaluators, inference and people, who write to one topic. Each evaluator has read it up to some place of its own, and
 * what it has made up its mind to say it writes at any time later: a pause of any length, a change of the one that decides.
 */
class PromotionRacesTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final Comparison COMPARISON =
            new Comparison("strict-iob2", 0.01, List.of(new Comparison.Row("news", "sw", 100, 0, 0.8, 0.8, 0.02)));
    private static final List<String> IDS = List.of("a", "b", "c", "d");

    private enum Writer {
        EVALUATOR,
        INFERENCE,
        PERSON
    }

    private record Move(Class<? extends CheckpointState> from, Class<? extends CheckpointState> to) {}

    /** What each may do to the checkpoint that its record is of. */
    private static final Map<Writer, Set<Move>> LEGAL = Map.of(
            Writer.EVALUATOR,
            Set.of(
                    new Move(Candidate.class, OnTrial.class),
                    new Move(Candidate.class, Promoted.class),
                    new Move(Candidate.class, Refused.class),
                    new Move(OnTrial.class, OnTrial.class),
                    new Move(OnTrial.class, SetAside.class),
                    new Move(OnTrial.class, Promoted.class),
                    new Move(OnTrial.class, Refused.class),
                    new Move(SetAside.class, OnTrial.class),
                    new Move(SetAside.class, Refused.class)),
            Writer.INFERENCE,
            Set.of(
                    new Move(Candidate.class, Refused.class),
                    new Move(OnTrial.class, Refused.class),
                    new Move(SetAside.class, Refused.class)),
            Writer.PERSON,
            Set.of(
                    new Move(Candidate.class, Promoted.class),
                    new Move(OnTrial.class, Promoted.class),
                    new Move(SetAside.class, Promoted.class),
                    new Move(Superseded.class, Promoted.class),
                    new Move(Refused.class, Promoted.class),
                    new Move(RolledBack.class, Promoted.class),
                    new Move(Promoted.class, RolledBack.class)));

    private record Written(Writer writer, CheckpointEvent event) {}

    /** An evaluator that knows the topic up to a place, and has things to say that it has not written yet. */
    private static final class Evaluator {
        private final String name;
        private int read;
        private final List<CheckpointEvent> unwritten = new ArrayList<>();

        Evaluator(String name) {
            this.name = name;
        }
    }

    /** The topic of events and those who write to it, each step by chance. */
    private static final class World {
        private final Random random;
        private final List<Written> log = new ArrayList<>();
        private final List<Evaluator> evaluators = List.of(new Evaluator("evaluator-0"), new Evaluator("evaluator-1"));
        private int minute;

        World(long seed) {
            random = new Random(seed);
        }

        void step() {
            Evaluator evaluator = evaluators.get(random.nextInt(evaluators.size()));
            switch (random.nextInt(16)) {
                case 0, 1 -> evaluator.read = log.size();
                case 2, 3, 4, 5, 6, 7, 8, 9 -> decide(evaluator);
                case 10, 11, 12 -> writeOne(evaluator);
                case 13 -> log.add(new Written(Writer.PERSON, event(any(), Kind.PROMOTED, "asha")));
                case 14 ->
                    fold(log.size())
                            .promoted()
                            .ifPresent(id -> log.add(new Written(Writer.PERSON, event(id, Kind.ROLLED_BACK, "asha"))));
                default -> log.add(new Written(Writer.INFERENCE, event(any(), Kind.REFUSED, "inference-0")));
            }
        }

        /** As the evaluator sees it; it reads on first where it has not been held up. */
        private void decide(Evaluator evaluator) {
            if (random.nextBoolean()) {
                evaluator.read = log.size();
            }
            Promotions view = fold(evaluator.read);
            CheckpointState state = view.states().stream()
                    .filter(one -> one instanceof OnTrial && random.nextBoolean())
                    .findFirst()
                    .or(() -> view.state(any()))
                    .orElseGet(() -> new Candidate(any(), BEGIN));
            if (!(state instanceof Open)) {
                return;
            }
            String current = view.promoted().orElse(CheckpointEvent.NO_CHECKPOINT);
            if (view.promoted().isEmpty()) {
                say(evaluator, state, Kind.PROMOTED, current, Optional.empty());
            } else if (state instanceof OnTrial trial && random.nextInt(4) > 0) {
                Kind kind = List.of(Kind.PROMOTED, Kind.PROMOTED, Kind.REFUSED, Kind.SET_ASIDE)
                        .get(random.nextInt(4));
                say(evaluator, state, kind, trial.current().orElseThrow(), Optional.of(trial.since()));
            } else if (random.nextInt(6) == 0) {
                say(evaluator, state, Kind.REFUSED, current, Optional.empty());
            } else {
                say(evaluator, state, Kind.TRIAL_BEGUN, current, Optional.empty());
            }
        }

        private void say(
                Evaluator evaluator, CheckpointState state, Kind kind, String current, Optional<Instant> trial) {
            evaluator.unwritten.add(new CheckpointEvent(
                    state.checkpointId(),
                    kind,
                    now(),
                    evaluator.name,
                    Optional.of("because"),
                    Optional.of(current),
                    Optional.empty(),
                    trial.filter(known -> kind != Kind.SET_ASIDE).map(known -> COMPARISON),
                    trial));
            if (random.nextInt(3) > 0) {
                writeOne(evaluator);
            }
        }

        private void writeOne(Evaluator evaluator) {
            if (!evaluator.unwritten.isEmpty()) {
                int which = random.nextInt(evaluator.unwritten.size());
                log.add(new Written(Writer.EVALUATOR, evaluator.unwritten.remove(which)));
            }
        }

        private Promotions fold(int end) {
            Promotions promotions = Promotions.none();
            for (Written written : log.subList(0, end)) {
                promotions = promotions.apply(written.event()).after();
            }
            return promotions;
        }

        private String any() {
            return IDS.get(random.nextInt(IDS.size()));
        }

        private CheckpointEvent event(String id, Kind kind, String by) {
            return CheckpointEvent.of(id, kind, now(), by, "because");
        }

        private Instant now() {
            minute++;
            return BEGIN.plusSeconds(60L * minute);
        }
    }

    @Property(tries = 2000)
    void shouldLetEachWriterDoWhatIsItsOwnAndNoVerdictUndoWhatWasDecidedSince(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int steps) {
        List<Written> log = play(seed, steps);
        Promotions before = Promotions.none();
        int promotedSince = -1;
        int verdicts = 0;
        for (int i = 0; i < log.size(); i++) {
            Written written = log.get(i);
            CheckpointEvent event = written.event();
            CheckpointState from =
                    before.state(event.checkpointId()).orElse(new Candidate(event.checkpointId(), BEGIN));

            // When
            Step step = before.apply(event);

            // Then
            Promotions after = step.after();
            CheckpointState to = after.state(event.checkpointId()).orElse(new Candidate(event.checkpointId(), BEGIN));
            if (step.ignored().isPresent()) {
                assertThat(after.promoted()).isEqualTo(before.promoted());
                assertThat(to).isEqualTo(from);
            } else {
                assertThat(LEGAL.get(written.writer())).contains(new Move(from.getClass(), to.getClass()));
            }
            if (!after.promoted().equals(before.promoted())) {
                if (written.writer() != Writer.PERSON) {
                    assertThat(event.current()).hasValue(before.promoted().orElse(CheckpointEvent.NO_CHECKPOINT));
                    if (before.promoted().isPresent()) {
                        verdicts++;
                        assertThat(begun(log, event)).isGreaterThan(promotedSince);
                    }
                }
                promotedSince = i;
            }
            if (written.writer() == Writer.PERSON && event.kind() == Kind.PROMOTED) {
                assertThat(after.promoted()).hasValue(event.checkpointId());
            }
            before = after;
        }
        // That some are there to be judged at all.
        Statistics.label("a verdict has promoted")
                .collect(verdicts > 0)
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 5));
    }

    @Property(tries = 500)
    void shouldComeToTheSameForAllReadersInWhateverWayTheTopicsMix(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int steps) {
        List<Written> log = play(seed, steps);
        assertThat(mixed(log, seed + 1)).isEqualTo(mixed(log, seed + 2));
    }

    private static List<Written> play(long seed, int steps) {
        World world = new World(seed);
        for (int i = 0; i < steps; i++) {
            world.step();
        }
        return world.log;
    }

    /** The place in the topic of the beginning of the trial that an event ends. */
    private static int begun(List<Written> log, CheckpointEvent end) {
        for (int i = 0; i < log.size(); i++) {
            CheckpointEvent event = log.get(i).event();
            if (event.kind() == Kind.TRIAL_BEGUN
                    && event.checkpointId().equals(end.checkpointId())
                    && Optional.of(event.at()).equals(end.trial())) {
                return i;
            }
        }
        throw new AssertionError("no trial began for " + end);
    }

    private record View(List<CheckpointState> states, Optional<String> promoted, Optional<String> target) {}

    private static View mixed(List<Written> log, long seed) {
        Random random = new Random(seed);
        Promotions promotions = Promotions.none();
        int announced = 0;
        int read = 0;
        while (announced < IDS.size() || read < log.size()) {
            if (read == log.size() || announced < IDS.size() && random.nextInt(4) == 0) {
                promotions =
                        promotions.apply(announcement(IDS.get(announced++))).after();
            } else {
                promotions = promotions.apply(log.get(read++).event()).after();
            }
        }
        return new View(promotions.states(), promotions.promoted(), promotions.rollbackTarget());
    }

    private static CheckpointPublished announcement(String id) {
        return new CheckpointPublished(
                id, URI.create("file:///store/" + id), "mbert", OptionalInt.of(8), List.of("O"), BEGIN);
    }
}
