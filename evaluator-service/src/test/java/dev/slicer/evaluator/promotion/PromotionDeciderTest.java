package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Language;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Sample;
import dev.slicer.evaluator.promotion.PromotionDecider.Action;
import dev.slicer.evaluator.promotion.PromotionDecider.AnswersRead;
import dev.slicer.evaluator.promotion.PromotionDecider.Ask;
import dev.slicer.evaluator.promotion.PromotionDecider.AwaitingDocuments;
import dev.slicer.evaluator.promotion.PromotionDecider.Beginning;
import dev.slicer.evaluator.promotion.PromotionDecider.DocumentsRead;
import dev.slicer.evaluator.promotion.PromotionDecider.Idle;
import dev.slicer.evaluator.promotion.PromotionDecider.Input;
import dev.slicer.evaluator.promotion.PromotionDecider.LedgerRead;
import dev.slicer.evaluator.promotion.PromotionDecider.Publish;
import dev.slicer.evaluator.promotion.PromotionDecider.RunningTrial;
import dev.slicer.evaluator.promotion.PromotionDecider.Sampling;
import dev.slicer.evaluator.promotion.PromotionDecider.State;
import dev.slicer.evaluator.promotion.PromotionDecider.Step;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.TrialAnswer;
import dev.slicer.events.TrialDocument;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Tolerances;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.Promotions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics are lists, time is a field, and evaluators do one step at a time. */
class PromotionDeciderTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);
    private static final Duration LIMIT = Duration.ofDays(1);
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final TrialSettings SETTINGS = new TrialSettings(
            new Tolerances(0.01, 0.05, Map.of("ha", 0.2)), Set.of(), 200, TIMEOUT, LIMIT, Duration.ofDays(90));
    private static final Counts RIGHT = new Counts(1, 0, 0);
    private static final Counts WRONG = new Counts(0, 1, 1);

    private Instant now = BEGIN;
    private Promotions promotions = Promotions.none();
    private final List<CheckpointEvent> events = new ArrayList<>();
    /** Those that count. */
    private final List<CheckpointEvent> taken = new ArrayList<>();

    private final Map<String, TrialGold> documents = new LinkedHashMap<>();
    private final Set<Language> stale = new TreeSet<>();
    private final List<Question> asked = new ArrayList<>();
    private final List<TrialAnswer> answers = new ArrayList<>();
    private final Map<String, String> unusable = new HashMap<>();
    private final Evaluator evaluator = new Evaluator("evaluator-0");

    /** @param trial that it is marked with */
    private record Question(String trial, TrialDocument document) {}

    @BeforeTry
    void beginAnew() {
        now = BEGIN;
        promotions = Promotions.none();
        events.clear();
        taken.clear();
        documents.clear();
        stale.clear();
        asked.clear();
        answers.clear();
        unusable.clear();
    }

    @Test
    void shouldPublishNothingWithoutCandidates() {
        // Given
        promoted("first");
        gold("sw/1");

        // When
        evaluator.settle();

        // Then
        assertThat(evaluator.state).isEqualTo(new Idle());
        assertThat(taken).extracting(CheckpointEvent::by).containsExactly("asha");
    }

    @Test
    void shouldPromoteTheNewestWhereNoneIsPromotedAndRefuseTheOlder() {
        // Given
        announce("first");
        announce("second");

        // When
        evaluator.settle();

        // Then
        assertThat(taken)
                .extracting(event -> event.checkpointId() + " " + event.kind())
                .containsExactly("second PROMOTED", "first REFUSED");
        assertThat(taken.get(0).current()).hasValue(CheckpointEvent.NO_CHECKPOINT);
        assertThat(taken.get(1).reason()).hasValue("it was announced before second, which is promoted");
    }

    @Test
    void shouldWaitForAnAnnouncementBeforeItDecidesAboutACheckpoint() {
        // Given: an event of a checkpoint whose announcement has not been read
        promoted("first");
        gold("sw/1");
        publish(new CheckpointEvent(
                "second",
                Kind.TRIAL_BEGUN,
                now,
                "evaluator-1",
                Optional.empty(),
                Optional.of("first"),
                Optional.of(1),
                Optional.empty()));

        // When and then
        evaluator.settle();
        assertThat(evaluator.state).isEqualTo(new Idle());

        // When and then
        announce("second");
        evaluator.settle();
        assertThat(evaluator.state).isInstanceOf(RunningTrial.class);
    }

    @Test
    void shouldAskBothForAllDocumentsWhereTheTrialIsNew() {
        // Given: an answer of the promoted one in the trial of another
        promoted("first");
        gold("sw/1", "yo/1");
        answers.add(answer("other@" + now, "first", "sw/1", RIGHT));
        announce("second");

        // When
        evaluator.settle();

        // Then
        assertThat(event(Kind.TRIAL_BEGUN).documents()).hasValue(2);
        assertThat(event(Kind.TRIAL_BEGUN).current()).hasValue("first");
        assertThat(questions()).containsExactlyInAnyOrder("first sw/1", "second sw/1", "first yo/1", "second yo/1");
        assertThat(asked).extracting(Question::trial).containsOnly("second@" + BEGIN);
    }

    @Test
    void shouldReadAllAnswersBeforeItAsksForWhatIsMissing() {
        // Given: a trial with more answers than are read at once, and an evaluator that takes it over
        promoted("first");
        gold("sw/1");
        announce("second");
        evaluator.settle();
        for (int i = 0; i < 10; i++) {
            answered("another", "sw/1", RIGHT);
        }
        answered("first", "sw/1", RIGHT);
        asked.clear();

        // When
        new Evaluator("evaluator-1").settle();

        // Then
        assertThat(questions()).containsExactly("second sw/1");
    }

    /** The mean of both may fall by a point, Swahili by 5 points and Hausa, which has its own tolerance, by 20. */
    @ParameterizedTest
    @CsvSource({
        "1000, 1000, 1000, 1000, PROMOTED, nothing falls by more than it may",
        "1000, 990, 1000, 990, PROMOTED, nothing falls by more than it may",
        "1000, 990, 1000, 989, REFUSED, 'macro F1 falls from 100.0 to 99.0, by more than 1.0 points'",
        "950, 900, 800, 900, PROMOTED, nothing falls by more than it may",
        "950, 899, 800, 900, REFUSED, 'F1 of sw in b falls from 95.0 to 89.9, by more than 5.0 points'",
        "700, 850, 1000, 850, PROMOTED, nothing falls by more than it may",
        "700, 960, 1000, 799, REFUSED, 'F1 of ha in b falls from 100.0 to 79.9, by more than 20.0 points'"
    })
    void shouldPromoteWhatFallsByNoMoreThanItMay(
            int currentSwahili, int swahili, int currentHausa, int hausa, Kind kind, String reason) {
        // Given
        promoted("first");
        gold("sw/1", "ha/1");
        announce("second");
        evaluator.settle();

        // When
        answered("first", "sw/1", perMille(currentSwahili));
        answered("second", "sw/1", perMille(swahili));
        answered("first", "ha/1", perMille(currentHausa));
        answered("second", "ha/1", perMille(hausa));
        evaluator.settle();

        // Then
        CheckpointEvent verdict = event(kind);
        assertThat(verdict.reason()).hasValue(reason);
        assertThat(verdict.current()).hasValue("first");
        assertThat(verdict.trial()).hasValue(event(Kind.TRIAL_BEGUN).at());
        assertThat(verdict.comparison().orElseThrow().rows())
                .extracting(Comparison.Row::language)
                .containsExactly("ha", "sw");
    }

    @Test
    void shouldRefuseWhatWasAnnouncedBeforeThePromotedOneWithoutATrial() {
        // Given
        announce("older");
        promoted("newer");
        gold("sw/1");

        // When
        evaluator.settle();

        // Then
        assertThat(kinds("older")).containsExactly(Kind.REFUSED);
        assertThat(event(Kind.REFUSED).reason()).hasValue("it was announced before newer, which is promoted");
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldWaitForLabelledDocumentsAndLookAgainAfterAPause() {
        // Given: nothing to compare on
        promoted("first");
        announce("second");
        evaluator.settle();
        Instant lookAgain = BEGIN.plus(PromotionDecider.NO_DOCUMENTS_PAUSE);
        assertThat(evaluator.state).isEqualTo(new AwaitingDocuments("second", lookAgain));

        // When: they come
        gold("sw/1");

        // Then
        now = lookAgain.minusMillis(1);
        evaluator.settle();
        assertThat(kinds("second")).isEmpty();
        now = lookAgain;
        evaluator.settle();
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN);
    }

    @Test
    void shouldAskThreeTimesMoreAtDoubledDistancesAndThenSetAside() {
        // Given
        promoted("first");
        gold("sw/1");
        announce("second");
        List<Integer> asking = new ArrayList<>();
        evaluator.settle();
        answered("first", "sw/1", RIGHT);
        asked.clear();

        // When
        for (int minute = 0; minute <= 30; minute++) {
            now = BEGIN.plus(Duration.ofMinutes(minute));
            evaluator.settle();
            while (asking.size() < asked.size()) {
                asking.add(minute);
            }
        }

        // Then
        assertThat(asking).containsExactly(2, 6, 14);
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.SET_ASIDE);
        assertThat(event(Kind.SET_ASIDE).at()).isEqualTo(BEGIN.plus(TIMEOUT));
        assertThat(event(Kind.SET_ASIDE).reason())
                .hasValue("there is nothing to compare in b/sw (of 1 documents second answered 0 and first 1)");
    }

    @Test
    void shouldNotBeHeldUpByWhatIsNoAnswerOfTheTrial() {
        // Given
        promoted("first");
        gold("sw/1");
        announce("second");
        evaluator.settle();

        // When: another trial's answer, another model's and one to another document come until the timeout
        for (int minute = 1; minute <= 30; minute++) {
            now = BEGIN.plus(Duration.ofMinutes(minute));
            answers.add(answer("second@" + BEGIN.minusSeconds(1), "second", "sw/1", RIGHT));
            answered("another", "sw/1", RIGHT);
            answered("second", "sw/2", RIGHT);
            evaluator.settle();
        }

        // Then
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.SET_ASIDE);
    }

    @Test
    void shouldSetAsideAtTheLimitThoughAnswersCome() {
        // Given
        promoted("first");
        for (int i = 0; i < 200; i++) {
            gold("sw/" + i);
        }
        announce("second");
        evaluator.settle();

        // When: an answer every ten minutes
        for (int i = 0; now.isBefore(BEGIN.plus(LIMIT)); i++) {
            assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN);
            now = now.plus(Duration.ofMinutes(10));
            answered("second", "sw/" + i, RIGHT);
            evaluator.settle();
        }

        // Then
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.SET_ASIDE);
    }

    @Test
    void shouldBlockWhereALanguageWasNotPublishedForTooLong() {
        // Given
        promoted("first");
        gold("sw/1");
        stale.add(new Language("b", "yo"));
        announce("second");
        evaluator.settle();

        // When: all that can be asked is answered
        answered("first", "sw/1", RIGHT);
        answered("second", "sw/1", RIGHT);
        evaluator.settle();

        // Then
        assertThat(evaluator.state).isInstanceOf(RunningTrial.class);
        now = now.plus(TIMEOUT);
        evaluator.settle();
        assertThat(event(Kind.SET_ASIDE).reason())
                .hasValue("there is nothing to compare in b/yo (its documents are to be published again)");
    }

    @Test
    void shouldLetOthersGoOnWhileACandidatesStoreIsAwayAndDecideOnceItIsBack() {
        // Given: second cannot be loaded, so nobody answers for it
        promoted("first");
        gold("sw/1");
        announce("second");
        evaluator.settle();
        answered("first", "sw/1", RIGHT);
        announce("third");
        evaluator.settle();
        now = now.plus(TIMEOUT);
        evaluator.settle();
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.SET_ASIDE);

        // When: third has its turn and is no better
        answered("first", "sw/1", RIGHT);
        answered("third", "sw/1", WRONG);
        evaluator.settle();

        // Then
        assertThat(kinds("third")).containsExactly(Kind.TRIAL_BEGUN, Kind.REFUSED);

        // And when: second comes again, after the timeout, then after twice as long each time
        now = setAsideAt().plus(TIMEOUT).minusMillis(1);
        evaluator.settle();
        assertThat(kinds("second")).hasSize(2);
        now = setAsideAt().plus(TIMEOUT);
        evaluator.settle();
        assertThat(kinds("second")).hasSize(3);
        now = now.plus(TIMEOUT);
        evaluator.settle();
        assertThat(kinds("second")).hasSize(4);
        now = setAsideAt().plus(TIMEOUT.multipliedBy(2)).minusMillis(1);
        evaluator.settle();
        assertThat(kinds("second")).hasSize(4);
        now = setAsideAt().plus(TIMEOUT.multipliedBy(2));
        asked.clear();
        evaluator.settle();

        // Then: it goes on with what was answered when it was tried first, and the store is back
        assertThat(questions()).containsExactly("second sw/1");
        answered("second", "sw/1", RIGHT);
        evaluator.settle();
        assertThat(kinds("second"))
                .containsExactly(
                        Kind.TRIAL_BEGUN,
                        Kind.SET_ASIDE,
                        Kind.TRIAL_BEGUN,
                        Kind.SET_ASIDE,
                        Kind.TRIAL_BEGUN,
                        Kind.PROMOTED);
    }

    @Test
    void shouldTryWhatWasSetAsideOftenOnceADay() {
        // Given
        promoted("first");
        gold("sw/1");
        announce("second");

        // When: a week passes, hour by hour
        for (int hour = 0; hour < 7 * 24; hour++) {
            now = BEGIN.plus(Duration.ofHours(hour));
            evaluator.settle();
        }

        // Then: each trial ends after an hour on this clock; the pauses are 0.5, 1, 2, 4, 8, 16 and then 24 hours
        assertThat(taken)
                .filteredOn(event -> event.kind() == Kind.TRIAL_BEGUN)
                .extracting(event -> Duration.between(BEGIN, event.at()).toHours())
                .containsExactly(0L, 2L, 4L, 7L, 12L, 21L, 38L, 63L, 88L, 113L, 138L, 163L);
    }

    @Test
    void shouldGoOnWithItsTrialWhenANewerCandidateComes() {
        // Given
        promoted("first");
        gold("sw/1");
        announce("second");
        evaluator.settle();

        // When
        announce("third");
        evaluator.settle();
        answered("first", "sw/1", RIGHT);
        answered("second", "sw/1", RIGHT);
        evaluator.settle();

        // Then: the newer one is compared with the one that is promoted now
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.PROMOTED);
        assertThat(kinds("third")).containsExactly(Kind.TRIAL_BEGUN);
        assertThat(((RunningTrial) evaluator.state).trial().current()).isEqualTo("second");
    }

    @Test
    void shouldGiveATrialUpWhenANewerOneIsPromotedByAPerson() {
        // Given: a trial that is complete, though its answers have not been read
        promoted("first");
        gold("sw/1");
        announce("second");
        evaluator.settle();
        answered("first", "sw/1", RIGHT);
        answered("second", "sw/1", RIGHT);

        // When
        promoted("third");
        evaluator.settle();

        // Then
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.REFUSED);
        assertThat(event(Kind.REFUSED).reason()).hasValue("it was announced before third, which is promoted");
        assertThat(promotions.promoted()).hasValue("third");
    }

    @Test
    void shouldRefuseACandidateThatInferenceCannotUseAndTryTheNext() {
        // Given: a trial, and a newer candidate behind it
        promoted("first");
        gold("sw/1");
        announce("second");
        announce("third");
        evaluator.settle();

        // When
        unusable.put("second", "inference-0: cannot be opened: it is cut off");
        evaluator.settle();

        // Then
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.REFUSED);
        assertThat(event(Kind.REFUSED).by()).isEqualTo("evaluator-0");
        assertThat(event(Kind.REFUSED).reason()).hasValue("inference-0: cannot be opened: it is cut off");
        assertThat(event(Kind.REFUSED).current()).hasValue("first");
        assertThat(kinds("third")).containsExactly(Kind.TRIAL_BEGUN);
        assertThat(promotions.promoted()).hasValue("first");
    }

    @Test
    void shouldNotTakeWhatIsPromotedAwayWhateverInferenceSaysOfIt() {
        // Given
        promoted("first");
        promoted("second");

        // When
        unusable.put("second", "inference-0: cannot be opened");
        unusable.put("first", "inference-0: cannot be opened");
        evaluator.settle();

        // Then
        assertThat(taken).extracting(CheckpointEvent::by).containsOnly("asha");
        assertThat(promotions.promoted()).hasValue("second");
    }

    @Test
    void shouldBeginAnewAgainstWhatAPersonPromotedMeanwhile() {
        // Given
        announce("other");
        promoted("first");
        gold("sw/1");
        publish(CheckpointEvent.of("other", Kind.REFUSED, now, "asha", "no"));
        announce("second");
        evaluator.settle();

        // When
        now = now.plusSeconds(1);
        answered("first", "sw/1", RIGHT);
        answered("second", "sw/1", RIGHT);
        publish(CheckpointEvent.of("other", Kind.PROMOTED, now, "asha", "by hand"));
        asked.clear();
        evaluator.settle();

        // Then: what was answered in the trial before does not count
        assertThat(questions()).containsExactlyInAnyOrder("other sw/1", "second sw/1");
        answered("other", "sw/1", WRONG);
        answered("second", "sw/1", RIGHT);
        evaluator.settle();
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN, Kind.TRIAL_BEGUN, Kind.PROMOTED);
        assertThat(promotions.promoted()).hasValue("second");
    }

    @Test
    void shouldAskNothingWhereAPersonDecidesWhileATrialBegins() {
        // Given: an evaluator that has read all and is about to begin
        promoted("first");
        gold("sw/1");
        announce("second");
        while (!(evaluator.state instanceof Sampling)) {
            evaluator.step();
        }

        // When
        publish(CheckpointEvent.of("second", Kind.PROMOTED, now, "asha", "by hand"));
        evaluator.settle();

        // Then: what it wrote is of another checkpoint's time
        assertThat(events.get(events.size() - 1).kind()).isEqualTo(Kind.TRIAL_BEGUN);
        assertThat(kinds("second")).containsExactly(Kind.PROMOTED);
        assertThat(asked).isEmpty();
        assertThat(evaluator.state).isEqualTo(new Idle());
    }

    @Test
    void shouldGoOnWithTheTrialThatItWasInTheMiddleOfBeforeARestart() {
        // Given
        promoted("first");
        gold("sw/1", "yo/1");
        announce("second");
        evaluator.settle();
        answered("first", "sw/1", RIGHT);
        answered("second", "sw/1", RIGHT);
        evaluator.settle();
        asked.clear();

        // When
        now = now.plus(Duration.ofMinutes(5));
        Evaluator restarted = new Evaluator("evaluator-0");
        restarted.settle();

        // Then: the same trial, and only what is missing is asked again
        assertThat(kinds("second")).containsExactly(Kind.TRIAL_BEGUN);
        assertThat(questions()).containsExactlyInAnyOrder("first yo/1", "second yo/1");
        answered("first", "yo/1", RIGHT);
        answered("second", "yo/1", RIGHT);
        restarted.settle();
        assertThat(event(Kind.PROMOTED).trial()).hasValue(BEGIN);
    }

    @Test
    void shouldHaveOneVerdictOfTwoEvaluatorsThatBothHoldThemselvesForTheOneThatDecides() {
        // Given: both begin a trial, one after the other
        promoted("first");
        gold("sw/1");
        announce("second");
        Evaluator other = new Evaluator("evaluator-1");
        while (!(evaluator.state instanceof Beginning)) {
            evaluator.step();
        }
        now = now.plusMillis(1);
        other.settle();
        evaluator.settle();

        // When: all is answered
        answered("first", "sw/1", RIGHT);
        answered("second", "sw/1", RIGHT);
        now = now.plusSeconds(1);
        other.settle();
        evaluator.settle();

        // Then
        assertThat(kinds("second").stream().filter(Kind.PROMOTED::equals)).hasSize(1);
        assertThat(promotions.promoted()).hasValue("second");
        assertThat(evaluator.state).isEqualTo(new Idle());
        assertThat(other.state).isEqualTo(new Idle());
    }

    /** Their steps mix in any way, and each of them may stop and start again anywhere. */
    @Property(tries = 2000)
    void shouldDecideOnceAboutEachCandidateHoweverTwoEvaluatorsMix(
            @ForAll @Size(max = 60) List<@IntRange(max = 9) Integer> schedule) {
        // Given
        promoted("first");
        gold("sw/1");
        announce("second");
        announce("third");
        Evaluator[] both = {new Evaluator("evaluator-0"), new Evaluator("evaluator-1")};

        // When
        for (int turn : schedule) {
            now = now.plusSeconds(1);
            switch (turn) {
                case 0, 1 -> both[turn] = new Evaluator("evaluator-" + turn);
                case 2 -> answerAll();
                default -> both[turn % 2].step();
            }
        }

        // Then: the evaluators come to an end: each candidate is decided once and the newest is promoted
        for (int i = 0; i < 10; i++) {
            both[i % 2].settle();
            answerAll();
        }
        for (String candidate : List.of("second", "third")) {
            assertThat(kinds(candidate).stream().filter(kind -> kind == Kind.PROMOTED || kind == Kind.REFUSED))
                    .as("%s after %s", candidate, schedule)
                    .hasSize(1);
        }
        assertThat(promotions.promoted()).hasValue("third");
        assertThat(promotions.candidates()).isEmpty();
    }

    @Test
    void shouldShortenAReasonThatNamesManyLanguages() {
        // Given
        promoted("first");
        for (int i = 0; i < 500; i++) {
            goldOf("b" + i, "sw/1");
        }
        announce("second");
        evaluator.settle();

        // When
        now = now.plus(TIMEOUT);
        evaluator.settle();

        // Then
        assertThat(event(Kind.SET_ASIDE).reason().orElseThrow())
                .startsWith("there is nothing to compare in b0/sw (of 1 documents")
                .hasSizeLessThan(10_000);
    }

    @Test
    void shouldRefuseAnInputThatItsStateDoesNotWaitFor() {
        assertThatThrownBy(() -> evaluator.decider.decide(new Idle(), new AnswersRead(view(), List.of(), true), now))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Idle[] awaits no AnswersRead");
    }

    /** One that holds itself for the one that decides. */
    private final class Evaluator {
        private static final int AT_ONCE = 4;

        private final PromotionDecider decider;
        private State state = new Idle();
        private int read;

        Evaluator(String name) {
            decider = new PromotionDecider(SETTINGS, name);
        }

        void step() {
            Step step = decider.decide(state, input(), now);
            for (Action action : step.actions()) {
                if (action instanceof Publish publish) {
                    publish(publish.event());
                } else if (action instanceof Ask ask) {
                    ask.questions().forEach(question -> asked.add(new Question(ask.trial(), question)));
                }
            }
            state = step.next();
            read = state.awaited().isPresent() ? read : 0;
        }

        /** Until it waits for something. */
        void settle() {
            State before;
            int published;
            do {
                before = state;
                published = events.size();
                step();
            } while (!state.equals(before) || published < events.size() || state.isPreparing() || hasUnread());
        }

        private boolean hasUnread() {
            return state instanceof RunningTrial && read < answers.size();
        }

        private Input input() {
            if (state instanceof Sampling) {
                return new DocumentsRead(new Sample(documents, stale));
            }
            return state.awaited().map(this::answersRead).orElseGet(() -> new LedgerRead(view()));
        }

        private Input answersRead(OnTrial awaited) {
            List<TrialAnswer> next = answers.subList(read, Math.min(answers.size(), read + AT_ONCE));
            read += next.size();
            return new AnswersRead(
                    view(),
                    next.stream()
                            .filter(answer -> answer.trial().equals(awaited.mark()))
                            .toList(),
                    read == answers.size());
        }
    }

    private CheckpointLedger.View view() {
        Map<String, Integer> setAside = new HashMap<>();
        taken.stream()
                .filter(event -> event.kind() == Kind.SET_ASIDE)
                .forEach(event -> setAside.merge(event.checkpointId(), 1, Integer::sum));
        return new CheckpointLedger.View(promotions, setAside, unusable);
    }

    private void publish(CheckpointEvent event) {
        events.add(event);
        Promotions.Step step = promotions.apply(event);
        promotions = step.after();
        if (step.ignored().isEmpty()) {
            taken.add(event);
        }
    }

    /** By a person. */
    private void promoted(String id) {
        announce(id);
        publish(CheckpointEvent.of(id, Kind.PROMOTED, now, "asha", "by hand"));
    }

    private void announce(String id) {
        promotions = promotions
                .apply(new CheckpointPublished(
                        id,
                        URI.create("file:///checkpoints/" + id),
                        "mbert",
                        OptionalInt.empty(),
                        List.of("O", "B-PER"),
                        now))
                .after();
    }

    private void gold(String... places) {
        for (String place : places) {
            goldOf("b", place);
        }
    }

    private void goldOf(String benchmark, String place) {
        GoldDocument gold = new GoldRules(Set.of(), Set.of(), false)
                .read(new LabelledDocument(
                        place.substring(3), benchmark, place.substring(0, 2), List.of("Asha"), List.of("B-PER")));
        documents.put(gold.documentId(), new TrialGold(gold, Instant.EPOCH));
    }

    /** What has been asked so far. */
    private void answerAll() {
        asked.forEach(question -> answers.add(new TrialAnswer(
                question.trial(),
                question.document().document().id(),
                question.document().modelId(),
                now,
                RIGHT)));
    }

    /** In the trial that is on. */
    private void answered(String model, String place, Counts counts) {
        String trial = promotions.states().stream()
                .filter(OnTrial.class::isInstance)
                .map(state -> ((OnTrial) state).mark())
                .findFirst()
                .orElseThrow();
        answers.add(answer(trial, model, place, counts));
    }

    private TrialAnswer answer(String trial, String model, String place, Counts counts) {
        return new TrialAnswer(trial, "evaluation/b/" + place, model, now, counts);
    }

    /** With an F1 of so many thousandths. */
    private static Counts perMille(int f1) {
        return new Counts(f1, 1000 - f1, 1000 - f1);
    }

    private List<String> questions() {
        return asked.stream()
                .map(Question::document)
                .map(question ->
                        question.modelId() + " " + question.document().id().substring("evaluation/b/".length()))
                .toList();
    }

    private List<Kind> kinds(String checkpoint) {
        return taken.stream()
                .filter(event -> event.checkpointId().equals(checkpoint))
                .map(CheckpointEvent::kind)
                .toList();
    }

    private CheckpointEvent event(Kind kind) {
        return taken.stream()
                .filter(event -> event.kind() == kind && !event.by().equals("asha"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + taken));
    }

    private Instant setAsideAt() {
        return promotions
                .state("second")
                .filter(CheckpointState.SetAside.class::isInstance)
                .orElseThrow()
                .since();
    }
}
