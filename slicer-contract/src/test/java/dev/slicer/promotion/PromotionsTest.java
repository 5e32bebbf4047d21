package dev.slicer.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PromotionsTest {
    /** A checkpoint's way as the documentation draws it, written down a second time. */
    private static final Map<Class<? extends CheckpointState>, Set<Class<? extends CheckpointState>>> LEGAL = Map.of(
            Candidate.class, Set.of(OnTrial.class, Promoted.class, Refused.class),
            OnTrial.class, Set.of(OnTrial.class, SetAside.class, Promoted.class, Refused.class, Candidate.class),
            SetAside.class, Set.of(OnTrial.class, Promoted.class, Refused.class, Candidate.class),
            Promoted.class, Set.of(Superseded.class, RolledBack.class),
            Superseded.class, Set.of(Promoted.class),
            Refused.class, Set.of(Promoted.class),
            RolledBack.class, Set.of(Promoted.class));

    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final String DIGEST = "sha256:" + "0a".repeat(32);
    private static final String OTHER_DIGEST = "sha256:" + "0b".repeat(32);
    private static final Comparison COMPARISON =
            new Comparison("strict", 0.01, List.of(new Comparison.Row("news", "sw", 100, 2, 0.8, 0.7, 0.02)));

    /** All that a reader of promotions sees. */
    private record View(
            List<CheckpointState> states,
            Optional<String> promoted,
            Optional<String> target,
            List<String> candidates,
            List<CheckpointState> undecided) {
        static View of(Promotions promotions) {
            return new View(
                    promotions.states(),
                    promotions.promoted(),
                    promotions.rollbackTarget(),
                    promotions.candidates(),
                    promotions.undecided());
        }
    }

    /** The records of both topics, each in its order. */
    private record Log(List<CheckpointPublished> announcements, List<CheckpointEvent> events) {
        /** As one reader gets them. */
        List<Event> mixed(long seed) {
            Random random = new Random(seed);
            List<Event> mixed = new ArrayList<>();
            int announced = 0;
            int happened = 0;
            while (announced < announcements.size() || happened < events.size()) {
                boolean fromEvents =
                        announced == announcements.size() || happened < events.size() && random.nextBoolean();
                mixed.add(fromEvents ? events.get(happened++) : announcements.get(announced++));
            }
            return mixed;
        }

        /** With records that come again some time after they came first. */
        Log withRepetitions(long seed) {
            Random random = new Random(seed);
            return new Log(repeated(announcements, random), repeated(events, random));
        }

        private static <T> List<T> repeated(List<T> records, Random random) {
            List<T> all = new ArrayList<>(records);
            for (T record : records) {
                if (random.nextInt(3) == 0) {
                    int first = all.indexOf(record);
                    all.add(first + 1 + random.nextInt(all.size() - first), record);
                }
            }
            return all;
        }
    }

    @Property
    void shouldOnlyMakeLegalTransitionsWhateverHappens(@ForAll("logs") Log log, @ForAll long seed) {
        Promotions promotions = Promotions.none();
        for (Event record : log.mixed(seed)) {
            // When
            Step step = apply(promotions, record);

            // Then
            Promotions after = step.after();
            if (step.ignored().isPresent()) {
                assertThat(step.ignored().get()).isNotBlank();
                assertThat(View.of(after)).isEqualTo(View.of(promotions));
            }
            for (CheckpointState state : after.states()) {
                String id = state.checkpointId();
                assertThat(after.state(id)).hasValue(state);
                CheckpointState before = promotions.state(id).orElse(new Candidate(id, BEGIN));
                if (!before.equals(state) && !(before instanceof Candidate && state instanceof Candidate)) {
                    assertThat(LEGAL.get(before.getClass())).contains(state.getClass());
                }
            }
            assertThat(ids(after, Promoted.class))
                    .isEqualTo(after.promoted().stream().toList());
            List<CheckpointState> open =
                    after.states().stream().filter(Open.class::isInstance).toList();
            assertThat(after.candidates())
                    .isEqualTo(open.stream().map(CheckpointState::checkpointId).toList());
            assertThat(after.undecided())
                    .isEqualTo(open.stream()
                            .filter(state ->
                                    after.announcement(state.checkpointId()).isPresent())
                            .toList());
            assertThat(ids(after, Superseded.class)
                            .containsAll(after.rollbackTarget().stream().toList()))
                    .isTrue();
            promotions = after;
        }
    }

    @Property
    void shouldServeTheLastPromotedThatWasNotRolledBack(@ForAll("logs") Log log, @ForAll long seed) {
        // Given: the promoted ones in their order, each where it was promoted last
        List<String> history = new ArrayList<>();
        Promotions promotions = Promotions.none();
        for (Event record : log.mixed(seed)) {
            // When
            Step step = apply(promotions, record);
            promotions = step.after();

            // Then
            if (record instanceof CheckpointEvent event && step.ignored().isEmpty()) {
                if (event.kind() == Kind.PROMOTED) {
                    history.remove(event.checkpointId());
                    history.add(event.checkpointId());
                } else if (event.kind() == Kind.ROLLED_BACK) {
                    assertThat(history.remove(history.size() - 1)).isEqualTo(event.checkpointId());
                    assertThat(promotions.state(event.checkpointId())).get().isInstanceOf(RolledBack.class);
                }
            }
            int promoted = history.size();
            assertThat(promotions.promoted().stream().toList())
                    .isEqualTo(history.subList(Math.max(0, promoted - 1), promoted));
            assertThat(promotions.rollbackTarget().stream().toList())
                    .isEqualTo(history.subList(Math.max(0, promoted - 2), Math.max(0, promoted - 1)));
        }
    }

    @Property
    void shouldComeToTheSameInWhateverWayTheTopicsMix(
            @ForAll("logs") Log log, @ForAll long seed, @ForAll long otherSeed) {
        assertThat(View.of(all(log.mixed(seed)))).isEqualTo(View.of(all(log.mixed(otherSeed))));
    }

    @Property
    void shouldComeToTheSameWhenRecordsComeTwice(@ForAll("logs") Log log, @ForAll long seed) {
        assertThat(View.of(all(log.withRepetitions(seed).mixed(seed)))).isEqualTo(View.of(all(log.mixed(seed))));
    }

    @Property
    void shouldComeToTheSameAfterARestartAtAnyRecord(@ForAll("logs") Log log, @ForAll long seed) {
        // Given: a reader that has stopped somewhere
        List<Event> records = log.mixed(seed);
        int stop = new Random(seed).nextInt(records.size() + 1);
        Promotions stopped = all(records.subList(0, stop));
        View seen = View.of(stopped);

        // When: one goes on there, one begins anew
        Promotions resumed = stopped;
        for (Event record : records.subList(stop, records.size())) {
            resumed = apply(resumed, record).after();
        }

        // Then
        assertThat(View.of(resumed)).isEqualTo(View.of(all(records)));
        assertThat(View.of(stopped)).isEqualTo(seen);
    }

    @Test
    void shouldTellACheckpointsWholeWay() {
        // Given
        Promotions promotions = all(List.of(
                announced("a", 0),
                event("a", Kind.PROMOTED, 1),
                announced("b", 2),
                new CheckpointEvent(
                        "b",
                        Kind.TRIAL_BEGUN,
                        at(3),
                        "evaluator-1",
                        Optional.empty(),
                        Optional.of("a"),
                        Optional.of(100),
                        Optional.empty())));

        // When and then
        assertThat(promotions.candidates()).containsExactly("b");
        assertThat(promotions.state("b"))
                .hasValue(new OnTrial("b", at(3), "evaluator-1", Optional.of("a"), Optional.of(100), at(3)));
        promotions = promotions.apply(event("b", Kind.PROMOTED, 4)).after();
        assertThat(promotions.states()).containsExactly(new Superseded("a", at(4), "b"), promoted("b", 4));
        assertThat(promotions.rollbackTarget()).hasValue("a");
        assertThat(promotions.candidates()).isEmpty();
        promotions = promotions.apply(event("b", Kind.ROLLED_BACK, 5)).after();
        assertThat(promotions.states())
                .containsExactly(promoted("a", 5), new RolledBack("b", at(5), "somebody", Optional.of("because")));
        assertThat(promotions.states()).extracting(CheckpointState::label).containsExactly("promoted", "rolled_back");
    }

    @Test
    void shouldKeepWhatHappensToACheckpointBeforeItsAnnouncementIsRead() {
        // Given
        Promotions promotions = all(List.of(announced("a", 0), event("b", Kind.REFUSED, 2)));
        assertThat(promotions.states())
                .extracting(CheckpointState::checkpointId)
                .containsExactly("a", "b");
        assertThat(promotions.announcement("b")).isEmpty();

        // When
        Step step = promotions.apply(announced("b", 1));

        // Then
        assertThat(step.ignored()).isEmpty();
        assertThat(step.after().state("b")).get().isInstanceOf(Refused.class);
        assertThat(step.after().announcement("b")).hasValue(announced("b", 1));
    }

    @Test
    void shouldNotCountAVerdictWhenAPersonHasPromotedAnotherMeanwhile() {
        // Given: b is compared with a, and somebody promotes c
        Promotions promotions =
                all(List.of(event("a", Kind.PROMOTED, 1), trial("b", "a", 2), event("c", Kind.PROMOTED, 3)));

        // When: the evaluator, which has not seen that, says what came of it
        Step step = promotions.apply(verdict("b", Kind.PROMOTED, "a", 2, 4));

        // Then
        assertThat(step.ignored()).hasValue("the trial that it speaks of is not the one that b is on");
        assertThat(step.after().promoted()).hasValue("c");
    }

    @Test
    void shouldNotCountAVerdictOfATrialThatBeganBeforeAPersonWentBackToTheSameCheckpoint() {
        // Given: c is promoted and rolled back, so that it is a again, and the trial begins anew
        Promotions promotions = all(List.of(
                event("a", Kind.PROMOTED, 1),
                trial("b", "a", 2),
                event("c", Kind.PROMOTED, 3),
                event("c", Kind.ROLLED_BACK, 4),
                trial("b", "a", 5)));

        // When and then: only the later trial's verdict counts
        assertThat(promotions.apply(verdict("b", Kind.PROMOTED, "a", 2, 6)).ignored())
                .isPresent();
        assertThat(promotions
                        .apply(verdict("b", Kind.PROMOTED, "a", 5, 6))
                        .after()
                        .promoted())
                .hasValue("b");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PROMOTED", "REFUSED", "SET_ASIDE"})
    void shouldCountAVerdictOfNoOtherStateThanOnTrial(Kind kind) {
        // Given: one in each state that a stale verdict may find, beside a, which is promoted
        Promotions promotions = all(List.of(
                announced("candidate", 0),
                event("superseded", Kind.PROMOTED, 1),
                event("rolled-back", Kind.PROMOTED, 2),
                event("rolled-back", Kind.ROLLED_BACK, 3),
                event("a", Kind.PROMOTED, 4),
                event("refused", Kind.REFUSED, 5),
                trial("aside", "a", 6),
                setAside("aside", "a", 6, 7)));

        for (String id : List.of("candidate", "superseded", "rolled-back", "a", "refused", "aside")) {
            // When
            Step step = promotions.apply(verdict(id, kind, "a", 6, 8));

            // Then
            assertThat(step.ignored()).as(id).isPresent();
            assertThat(View.of(step.after())).as(id).isEqualTo(View.of(promotions));
        }
    }

    @Test
    void shouldCountTheFirstOfTwoVerdictsOfOneTrial() {
        // Given: two evaluators, both of which went on with it
        Promotions promotions =
                all(List.of(event("a", Kind.PROMOTED, 1), trial("b", "a", 2), verdict("b", Kind.REFUSED, "a", 2, 3)));

        // When
        Step step = promotions.apply(verdict("b", Kind.PROMOTED, "a", 2, 4));

        // Then
        assertThat(step.ignored()).hasValue("b is refused already");
        assertThat(step.after().promoted()).hasValue("a");
    }

    @Test
    void shouldBeginNoTrialAgainstWhatIsNotPromotedAnyMore() {
        // Given
        Promotions promotions = all(List.of(event("a", Kind.PROMOTED, 1), event("c", Kind.PROMOTED, 2)));

        // When and then
        assertThat(promotions.apply(trial("b", "a", 3)).ignored())
                .hasValue("it would come in the place of a, and promoted is c");
    }

    @Test
    void shouldPromoteTheFirstWithoutComparisonOnlyWhileNoneIsPromoted() {
        // Given
        CheckpointEvent first = decision("b", Kind.PROMOTED, CheckpointEvent.NO_CHECKPOINT, 3);
        Promotions refused = all(List.of(event("b", Kind.REFUSED, 1)));
        Promotions promoted = all(List.of(event("a", Kind.PROMOTED, 1)));

        // When and then
        assertThat(Promotions.none().apply(first).after().promoted()).hasValue("b");
        assertThat(refused.apply(first).ignored()).hasValue("b is refused already");
        assertThat(promoted.apply(first).ignored()).hasValue("it would come in the place of none, and promoted is a");
    }

    @Test
    void shouldRefuseAnOlderOneOnlyWhileTheNewerIsPromoted() {
        // Given
        CheckpointEvent older = decision("b", Kind.REFUSED, "a", 4);
        Promotions promotions = all(List.of(announced("b", 0), announced("a", 0), event("a", Kind.PROMOTED, 1)));
        Promotions rolledBack = all(
                List.of(event("z", Kind.PROMOTED, 1), event("a", Kind.PROMOTED, 2), event("a", Kind.ROLLED_BACK, 3)));

        // When and then
        assertThat(promotions.apply(older).after().state("b")).get().isInstanceOf(Refused.class);
        assertThat(rolledBack.apply(older).ignored()).hasValue("it would come in the place of a, and promoted is z");
    }

    @Test
    void shouldSetATrialAsideAndBeginItAgain() {
        // Given
        Promotions promotions = all(
                List.of(event("a", Kind.PROMOTED, 1), announced("b", 2), trial("b", "a", 3), setAside("b", "a", 3, 4)));
        assertThat(promotions.state("b"))
                .hasValue(new SetAside("b", at(4), "evaluator-1", Optional.of("news/sw is not answered"), at(3)));
        assertThat(promotions.candidates()).containsExactly("b");

        // When
        Promotions after = promotions.apply(trial("b", "a", 5)).after();

        // Then: what was answered since it was tried first counts
        assertThat(after.state("b"))
                .hasValue(new OnTrial("b", at(5), "evaluator-1", Optional.of("a"), Optional.of(100), at(3)));
    }

    @Test
    void shouldCountNoAnswersFromBeforeAnotherWasPromoted() {
        // Given: a trial against a, then one against d
        Promotions promotions = all(List.of(
                announced("b", 0),
                event("a", Kind.PROMOTED, 1),
                trial("b", "a", 2),
                setAside("b", "a", 2, 3),
                event("d", Kind.PROMOTED, 4)));

        // When
        Promotions after = promotions.apply(trial("b", "d", 5)).after();

        // Then
        assertThat(after.state("b"))
                .hasValue(new OnTrial("b", at(5), "evaluator-1", Optional.of("d"), Optional.of(100), at(5)));
    }

    @Test
    void shouldMakeTrialsCandidatesAgainWhenAnotherIsPromoted() {
        // Given
        Promotions promotions = all(List.of(
                announced("b", 0),
                announced("c", 0),
                event("a", Kind.PROMOTED, 1),
                trial("b", "a", 2),
                setAside("b", "a", 2, 3),
                trial("c", "a", 4)));

        // When
        Promotions after = promotions.apply(event("d", Kind.PROMOTED, 5)).after();

        // Then
        assertThat(after.state("b")).hasValue(new Candidate("b", at(0)));
        assertThat(after.state("c")).hasValue(new Candidate("c", at(0)));
    }

    @Test
    void shouldLetInferenceRefuseWhatCannotBeOpenedButNotWhatAPersonPromoted() {
        // Given
        Promotions onTrial = all(List.of(event("a", Kind.PROMOTED, 1), trial("b", "a", 2)));
        CheckpointEvent refused = event("b", Kind.REFUSED, 4);

        // When and then
        assertThat(onTrial.apply(refused).after().state("b")).get().isInstanceOf(Refused.class);
        assertThat(onTrial.apply(event("b", Kind.PROMOTED, 3))
                        .after()
                        .apply(refused)
                        .ignored())
                .hasValue("b is promoted already: it cannot be refused");
    }

    @Test
    void shouldReadWhatEarlierVersionsWroteAsTheyMeantIt() {
        // Given: the first without a word of there being none, a verdict that does not name its trial
        List<CheckpointEvent> written = Stream.of("""
                        {"checkpointId":"a","kind":"PROMOTED","at":"2026-10-01T10:00:00Z","by":"evaluator-0",
                         "reason":"there was no promoted checkpoint to compare it with"}""", """
                        {"checkpointId":"b","kind":"TRIAL_BEGUN","at":"2026-10-02T10:00:00Z","by":"evaluator-0",
                         "current":"a","documents":4}""", """
                        {"checkpointId":"b","kind":"PROMOTED","at":"2026-10-02T11:00:00Z","by":"evaluator-0",
                         "reason":"nothing falls by more than it may","current":"a",
                         "comparison":{"scoring":"strict-iob2","macroTolerance":0.01,"rows":[
                           {"benchmark":"news","language":"sw","documents":4,"unanswered":0,"currentF1":0.5,
                            "candidateF1":0.6,"tolerance":0.05}]}}""", """
                        {"checkpointId":"c","kind":"REFUSED","at":"2026-10-03T10:00:00Z","by":"evaluator-0",
                         "reason":"it was announced before b, which is promoted"}""")
                .map(json -> EventJson.read(json.getBytes(StandardCharsets.UTF_8), CheckpointEvent.class))
                .toList();

        // When
        Promotions promotions = all(written);

        // Then
        assertThat(promotions.promoted()).hasValue("b");
        assertThat(promotions.rollbackTarget()).hasValue("a");
        assertThat(promotions.state("c")).get().isInstanceOf(Refused.class);
        assertThat(written.get(2).comparison().orElseThrow().scoring()).isEqualTo("strict");
    }

    @Test
    void shouldLetAPersonPromoteWhatWasRefused() {
        Promotions promotions =
                all(List.of(announced("a", 0), event("a", Kind.REFUSED, 1), event("a", Kind.PROMOTED, 2)));

        assertThat(promotions.promoted()).hasValue("a");
    }

    @Test
    void shouldBeginATrialAnew() {
        Promotions promotions =
                all(List.of(announced("a", 0), event("a", Kind.TRIAL_BEGUN, 1), event("a", Kind.TRIAL_BEGUN, 2)));

        assertThat(promotions.state("a"))
                .get()
                .extracting(CheckpointState::since)
                .isEqualTo(at(2));
    }

    @Test
    void shouldGoBackToTheOneServedBeforeWhenAnOlderOneWasPromotedAgain() {
        // Given: a, b, and a again
        Promotions promotions =
                all(List.of(event("a", Kind.PROMOTED, 1), event("b", Kind.PROMOTED, 2), event("a", Kind.PROMOTED, 3)));

        // When
        Promotions after = promotions.apply(event("a", Kind.ROLLED_BACK, 4)).after();

        // Then
        assertThat(after.promoted()).hasValue("b");
        assertThat(after.rollbackTarget()).isEmpty();
    }

    @Test
    void shouldSayWhyItIgnoresARecord() {
        // Given
        Promotions promotions = all(List.of(
                announced("a", 0), event("a", Kind.PROMOTED, 1), announced("b", 2), event("b", Kind.REFUSED, 3)));

        // When and then
        assertThat(promotions.apply(announced("a", 4)).ignored()).hasValue("a has been announced before");
        assertThat(promotions.apply(event("a", Kind.PROMOTED, 1)).ignored()).hasValue("this has been said before");
        assertThat(promotions.apply(event("a", Kind.PROMOTED, 4)).ignored()).hasValue("a is promoted already");
        assertThat(promotions.apply(event("b", Kind.TRIAL_BEGUN, 4)).ignored())
                .hasValue("b is refused already: its trial cannot begin");
        assertThat(promotions.apply(event("a", Kind.REFUSED, 4)).ignored())
                .hasValue("a is promoted already: it cannot be refused");
        assertThat(promotions.apply(event("b", Kind.ROLLED_BACK, 4)).ignored())
                .hasValue("b is not the promoted checkpoint");
        assertThat(promotions.apply(event("a", Kind.ROLLED_BACK, 4)).ignored())
                .hasValue("there is no checkpoint to go back to from a");
    }

    @Test
    void shouldTellTheOrderOfAnnouncements() {
        // Given
        Promotions promotions =
                all(List.of(announced("b", 0), announced("a", 1), event("c", Kind.REFUSED, 2), announced("b", 3)));

        // When and then
        assertThat(promotions.isAnnouncedBefore("b", "a")).isTrue();
        assertThat(promotions.isAnnouncedBefore("a", "b")).isFalse();
        assertThat(promotions.isAnnouncedBefore("b", "b")).isFalse();
        assertThat(promotions.isAnnouncedBefore("a", "c")).isFalse();
        assertThat(promotions.isAnnouncedBefore("c", "a")).isFalse();
    }

    /** A step is some microseconds; when each one copied what there was it was half a millisecond. */
    @Test
    void shouldCostLittleForEachRecordHoweverManyCheckpointsThereAre() {
        // Given
        int checkpoints = 10_000;
        Promotions promotions = Promotions.none();
        long begin = System.nanoTime();

        // When: each one is tried and promoted
        for (int i = 0; i < checkpoints; i++) {
            String before = i == 0 ? CheckpointEvent.NO_CHECKPOINT : "c" + (i - 1);
            promotions = promotions.apply(announced("c" + i, i)).after();
            if (i > 0) {
                promotions = promotions.apply(trial("c" + i, before, i)).after();
            }
            promotions = promotions
                    .apply(
                            i == 0
                                    ? decision("c" + i, Kind.PROMOTED, before, i)
                                    : verdict("c" + i, Kind.PROMOTED, before, i, i))
                    .after();
        }
        double microseconds = (System.nanoTime() - begin) / 1e3 / (3 * checkpoints);

        // Then
        assertThat(promotions.promoted()).hasValue("c9999");
        assertThat(promotions.rollbackTarget()).hasValue("c9998");
        assertThat(promotions.states()).hasSize(checkpoints);
        assertThat(microseconds).as("microseconds a record").isLessThan(100);
    }

    @Test
    void shouldTakeWhatIsServedForNoStep() {
        // When
        Step step = Promotions.none().apply(event("a", Kind.SERVED, 1));

        // Then
        assertThat(step.ignored()).isEmpty();
        assertThat(step.after().states()).isEmpty();
    }

    @Provide
    Arbitrary<Log> logs() {
        Arbitrary<String> ids = Arbitraries.of("a", "b", "c", "d");
        Arbitrary<List<String>> announcements = ids.list().ofMaxSize(6);
        Arbitrary<List<CheckpointEvent>> events = Combinators.combine(ids, Arbitraries.of(Kind.class))
                .as((id, kind) -> event(id, kind, 0))
                .list()
                .ofMaxSize(25);
        return Combinators.combine(announcements, events)
                .as((announced, happened) -> new Log(
                        IntStream.range(0, announced.size())
                                .mapToObj(i -> announced(announced.get(i), i))
                                .toList(),
                        IntStream.range(0, happened.size())
                                .mapToObj(i -> event(
                                        happened.get(i).checkpointId(),
                                        happened.get(i).kind(),
                                        i))
                                .toList()));
    }

    @Test
    void shouldPinWhatWasPromotedWhateverIsAnnouncedAfterwards() {
        // Given
        Promotions announced = all(List.of(announced("a", DIGEST, 0)));
        assertThat(announced.digest("a")).hasValue(DIGEST);

        // When: the announcement is exchanged, as in a compacted topic, and the promotion said what was tried
        Promotions exchanged = all(List.of(
                announced("a", OTHER_DIGEST, 0),
                event("a", Kind.PROMOTED, 1).withDigest(Optional.of(DIGEST)),
                event("b", Kind.PROMOTED, 2)));

        // Then
        assertThat(exchanged.digest("a")).hasValue(DIGEST);
        assertThat(exchanged
                        .apply(event("b", Kind.ROLLED_BACK, 3).withDigest(Optional.of(OTHER_DIGEST)))
                        .after()
                        .digest("a"))
                .as("a rollback speaks of the one that is rolled back")
                .hasValue(DIGEST);
    }

    @Test
    void shouldTakeTheAnnouncedDigestWherePromotionsOfEarlierVersionsSayNone() {
        // Given
        Promotions promotions =
                all(List.of(announced("a", DIGEST, 0), event("a", Kind.PROMOTED, 1), announced("b", 2)));

        // When and then
        assertThat(promotions.digest("a")).hasValue(DIGEST);
        assertThat(promotions.digest("b")).isEmpty();
        assertThat(promotions.digest("never announced")).isEmpty();
    }

    @Test
    void shouldNotBePinnedByWhatChangesNothing() {
        // Given
        Promotions promotions = all(
                List.of(event("a", Kind.PROMOTED, 1).withDigest(Optional.of(DIGEST)), event("b", Kind.PROMOTED, 2)));

        // When: a verdict on a trial that never was
        Step step = promotions.apply(verdict("a", Kind.PROMOTED, "c", 3, 4).withDigest(Optional.of(OTHER_DIGEST)));

        // Then
        assertThat(step.ignored()).isPresent();
        assertThat(step.after().digest("a")).hasValue(DIGEST);
    }

    private static CheckpointPublished announced(String id, String digest, int minute) {
        return new CheckpointPublished(
                id,
                URI.create("file:///store/" + id),
                "mbert",
                OptionalInt.of(8),
                List.of("O"),
                at(minute),
                Optional.of(digest));
    }

    private static Promotions all(List<? extends Event> records) {
        Promotions promotions = Promotions.none();
        for (Event record : records) {
            promotions = apply(promotions, record).after();
        }
        return promotions;
    }

    private static Step apply(Promotions promotions, Event record) {
        return record instanceof CheckpointPublished announced
                ? promotions.apply(announced)
                : promotions.apply((CheckpointEvent) record);
    }

    private static List<String> ids(Promotions promotions, Class<? extends CheckpointState> state) {
        return promotions.states().stream()
                .filter(state::isInstance)
                .map(CheckpointState::checkpointId)
                .toList();
    }

    private static CheckpointState promoted(String id, int minute) {
        return new Promoted(id, at(minute), "somebody", Optional.of("because"));
    }

    private static CheckpointPublished announced(String id, int minute) {
        return new CheckpointPublished(
                id, URI.create("file:///store/" + id), "mbert", OptionalInt.of(8), List.of("O"), at(minute));
    }

    private static CheckpointEvent event(String id, Kind kind, int minute) {
        return CheckpointEvent.of(id, kind, at(minute), "somebody", "because");
    }

    /** What an evaluator says without a trial. */
    private static CheckpointEvent decision(String id, Kind kind, String current, int minute) {
        return new CheckpointEvent(
                id,
                kind,
                at(minute),
                "evaluator-1",
                Optional.of("because"),
                Optional.of(current),
                Optional.empty(),
                Optional.empty());
    }

    private static CheckpointEvent trial(String id, String current, int minute) {
        return new CheckpointEvent(
                id,
                Kind.TRIAL_BEGUN,
                at(minute),
                "evaluator-1",
                Optional.empty(),
                Optional.of(current),
                Optional.of(100),
                Optional.empty());
    }

    /** @param begun the minute of the trial's beginning */
    private static CheckpointEvent verdict(String id, Kind kind, String current, int begun, int minute) {
        return new CheckpointEvent(
                id,
                kind,
                at(minute),
                "evaluator-1",
                Optional.of("as compared"),
                Optional.of(current),
                Optional.empty(),
                Optional.of(COMPARISON),
                Optional.of(at(begun)));
    }

    private static CheckpointEvent setAside(String id, String current, int begun, int minute) {
        return new CheckpointEvent(
                id,
                Kind.SET_ASIDE,
                at(minute),
                "evaluator-1",
                Optional.of("news/sw is not answered"),
                Optional.of(current),
                Optional.empty(),
                Optional.empty(),
                Optional.of(at(begun)));
    }

    private static Instant at(int minute) {
        return BEGIN.plusSeconds(60L * minute);
    }
}
