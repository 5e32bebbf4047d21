package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.promotion.BenchmarkDocuments.Sample;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.TrialAnswer;
import dev.slicer.events.TrialDocument;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.CheckpointState.Candidate;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.SetAside;
import dev.slicer.promotion.Promotions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides about candidates, one after the other: the labelled documents are tagged by the candidate and by the promoted
 * checkpoint, and both are compared when they have answered all. A trial that gets no answers any more is set aside for the
 * next candidate and comes again later.
 *
 * <p>Knows neither Kafka nor a clock: a state, what has been read and the time make the next state and what is to be sent.
 * A state is not stored: an evaluator that starts in the middle of a trial begins at {@link Idle} and reads from the topics
 * what has been answered already.
 */
final class PromotionDecider {
    /** After which it looks again whether there are labelled documents. */
    static final Duration NO_DOCUMENTS_PAUSE = Duration.ofSeconds(15);

    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    private final TrialSettings settings;
    private final String instance;

    /** @param next the state that waits for the next input */
    record Step(State next, List<Action> actions) {
        Step {
            actions = List.copyOf(actions);
        }

        Step(State next) {
            this(next, List.of());
        }
    }

    /** What is under way. */
    sealed interface State {
        /** Whether its input can be read at once; else some time may pass before. */
        default boolean isPreparing() {
            return false;
        }

        /** The trial whose answers it awaits, where it does. */
        default Optional<OnTrial> awaited() {
            return Optional.empty();
        }
    }

    /** Nothing is; awaits {@link LedgerRead}. */
    record Idle() implements State {}

    /** There is nothing that a candidate could be compared on; awaits {@link LedgerRead}. */
    record AwaitingDocuments(String candidate, Instant lookAgain) implements State {}

    /** The labelled documents are to be read; awaits {@link DocumentsRead}. */
    record Sampling(CheckpointState candidate, String current) implements State {
        @Override
        public boolean isPreparing() {
            return true;
        }
    }

    /** The beginning of the trial has been published; awaits {@link LedgerRead}, which tells whether it counts. */
    record Beginning(Trial trial) implements State {
        @Override
        public boolean isPreparing() {
            return true;
        }
    }

    /**
     * What has been answered already is being read; awaits {@link AnswersRead}.
     *
     * @param place the trial as the ledger has it
     */
    record CatchingUp(OnTrial place, Trial trial) implements State {
        @Override
        public boolean isPreparing() {
            return true;
        }

        @Override
        public Optional<OnTrial> awaited() {
            return Optional.of(place);
        }
    }

    /**
     * The answers to a trial's documents are waited for; awaits {@link AnswersRead}.
     *
     * @param place the trial as the ledger has it
     */
    record RunningTrial(OnTrial place, Trial trial, TrialSchedule schedule) implements State {
        @Override
        public Optional<OnTrial> awaited() {
            return Optional.of(place);
        }
    }

    sealed interface Input {}

    /** Where all checkpoints stand. */
    record LedgerRead(CheckpointLedger.View ledger) implements Input {}

    record DocumentsRead(Sample sample) implements Input {}

    /**
     * The next answers to the questions of the trial.
     *
     * @param ledger where checkpoints stand meanwhile
     * @param caughtUp whether all has been read that the topic held when the reading began
     */
    record AnswersRead(CheckpointLedger.View ledger, List<TrialAnswer> answers, boolean caughtUp) implements Input {
        AnswersRead {
            answers = List.copyOf(answers);
        }
    }

    sealed interface Action {}

    record Publish(CheckpointEvent event) implements Action {}

    /**
     * Has documents tagged.
     *
     * @param trial what the questions, and so their answers, are marked with
     */
    record Ask(String trial, List<TrialDocument> questions) implements Action {
        Ask {
            questions = List.copyOf(questions);
        }
    }

    /** @param instance as whom it decides */
    PromotionDecider(TrialSettings settings, String instance) {
        this.settings = settings;
        this.instance = instance;
    }

    /** @throws IllegalArgumentException where the state awaits another input */
    Step decide(State state, Input input, Instant now) {
        if (input instanceof LedgerRead read) {
            if (state instanceof Idle) {
                return next(read.ledger(), now);
            } else if (state instanceof AwaitingDocuments waiting) {
                return now.isBefore(waiting.lookAgain()) ? new Step(waiting) : next(read.ledger(), now);
            } else if (state instanceof Beginning beginning) {
                return begun(beginning.trial(), read.ledger());
            }
        } else if (input instanceof DocumentsRead read && state instanceof Sampling sampling) {
            return sampled(sampling, read.sample(), now);
        } else if (input instanceof AnswersRead read) {
            if (state instanceof CatchingUp catchingUp) {
                return caughtUp(catchingUp, read, now);
            } else if (state instanceof RunningTrial running) {
                return goOn(running, read, now);
            }
        }
        throw new IllegalArgumentException(
                state + " awaits no " + input.getClass().getSimpleName());
    }

    /** What the ledger asks for. */
    private Step next(CheckpointLedger.View ledger, Instant now) {
        Promotions promotions = ledger.promotions();
        List<CheckpointState> undecided = promotions.undecided();
        if (undecided.isEmpty()) {
            return new Step(new Idle());
        }
        String promoted = promotions.promoted().orElse(CheckpointEvent.NO_CHECKPOINT);
        Optional<String> unusable = undecided.stream()
                .map(CheckpointState::checkpointId)
                .filter(ledger.unusable()::containsKey)
                .findFirst();
        if (unusable.isPresent()) {
            String reason = RecordSize.shortened(ledger.unusable().get(unusable.get()));
            return publish(withoutTrial(unusable.get(), Kind.REFUSED, promoted, reason, now));
        }
        if (promotions.promoted().isEmpty()) {
            return publish(withoutTrial(
                    undecided.get(undecided.size() - 1).checkpointId(),
                    Kind.PROMOTED,
                    CheckpointEvent.NO_CHECKPOINT,
                    "there was no promoted checkpoint to compare it with",
                    now));
        }
        String current = promotions.promoted().get();
        return undecided.stream()
                .map(CheckpointState::checkpointId)
                .filter(id -> promotions.isAnnouncedBefore(id, current))
                .findFirst()
                .map(older -> publish(withoutTrial(
                        older,
                        Kind.REFUSED,
                        current,
                        "it was announced before " + current + ", which is promoted",
                        now)))
                .or(() -> turn(undecided, ledger, now).map(candidate -> new Step(new Sampling(candidate, current))))
                .orElseGet(() -> new Step(new Idle()));
    }

    /** A trial that is on, else the first new candidate, else one that was set aside and has its turn again. */
    private Optional<CheckpointState> turn(List<CheckpointState> undecided, CheckpointLedger.View ledger, Instant now) {
        return Stream.of(
                        undecided.stream().filter(OnTrial.class::isInstance),
                        undecided.stream().filter(Candidate.class::isInstance),
                        undecided.stream()
                                .filter(SetAside.class::isInstance)
                                .filter(state -> !now.isBefore(triedAgain(state, ledger)))
                                .sorted(Comparator.comparing(CheckpointState::since)))
                .flatMap(Function.identity())
                .findFirst();
    }

    /** After the timeout, and each time twice as long, up to a day. */
    private Instant triedAgain(CheckpointState setAside, CheckpointLedger.View ledger) {
        Duration pause = settings.timeout();
        for (int times = ledger.timesSetAside(setAside.checkpointId());
                times > 1 && pause.compareTo(LONGEST_PAUSE) < 0;
                times--) {
            pause = pause.multipliedBy(2);
        }
        return setAside.since().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }

    private Step sampled(Sampling sampling, Sample sample, Instant now) {
        String candidate = sampling.candidate().checkpointId();
        if (sample.documents().isEmpty()) {
            return new Step(new AwaitingDocuments(candidate, now.plus(NO_DOCUMENTS_PAUSE)));
        }
        Trial trial = Trial.of(candidate, sampling.current(), sample);
        if (sampling.candidate() instanceof OnTrial place && place.current().equals(Optional.of(trial.current()))) {
            return new Step(new CatchingUp(place, trial));
        }
        return new Step(
                new Beginning(trial),
                List.of(new Publish(new CheckpointEvent(
                        trial.candidate(),
                        Kind.TRIAL_BEGUN,
                        now,
                        instance,
                        Optional.empty(),
                        Optional.of(trial.current()),
                        Optional.of(trial.documents().size()),
                        Optional.empty()))));
    }

    /** Nothing begins where somebody has decided otherwise meanwhile. */
    private static Step begun(Trial trial, CheckpointLedger.View ledger) {
        return ledger.promotions()
                .state(trial.candidate())
                .filter(OnTrial.class::isInstance)
                .map(OnTrial.class::cast)
                .filter(place -> place.current().equals(Optional.of(trial.current())))
                .map(place -> new Step(new CatchingUp(place, trial)))
                .orElseGet(() -> new Step(new Idle()));
    }

    private Step caughtUp(CatchingUp before, AnswersRead read, Instant now) {
        Trial trial = before.trial().with(read.answers());
        return read.caughtUp()
                ? run(before.place(), trial, read.ledger().promotions(), now)
                : new Step(new CatchingUp(before.place(), trial));
    }

    private Step run(OnTrial place, Trial trial, Promotions promotions, Instant now) {
        TrialSchedule schedule = TrialSchedule.begin(settings.timeout(), settings.limit(), now);
        List<TrialDocument> questions = trial.questions(promotions::digest);
        return new Step(
                new RunningTrial(place, trial, schedule),
                questions.isEmpty() ? List.of() : List.of(new Ask(place.mark(), questions)));
    }

    private Step goOn(RunningTrial running, AnswersRead read, Instant now) {
        OnTrial place = running.place();
        Step otherwise = next(read.ledger(), now);
        if (!(otherwise.next() instanceof Sampling same && same.candidate().equals(place))) {
            return otherwise;
        }
        Promotions promotions = read.ledger().promotions();
        Trial trial = running.trial().with(read.answers());
        TrialSchedule schedule =
                trial.answers() > running.trial().answers() ? running.schedule().answered(now) : running.schedule();
        if (trial.isComplete()) {
            return publish(verdict(place, trial.compare(settings.tolerances()), now));
        }
        if (schedule.isOver(now)) {
            return publish(endOfTrial(
                    place, Kind.SET_ASIDE, "there is nothing to compare in " + trial.missing(), Optional.empty(), now));
        }
        return schedule.isQuestionDue(now)
                ? new Step(
                        new RunningTrial(place, trial, schedule.asked(now)),
                        List.of(new Ask(place.mark(), trial.questions(promotions::digest))))
                : new Step(new RunningTrial(place, trial, schedule));
    }

    private static Step publish(CheckpointEvent event) {
        return new Step(new Idle(), List.of(new Publish(event)));
    }

    private CheckpointEvent verdict(OnTrial place, Comparison comparison, Instant now) {
        List<String> objections = comparison.objections();
        return endOfTrial(
                place,
                objections.isEmpty() ? Kind.PROMOTED : Kind.REFUSED,
                objections.isEmpty() ? "nothing falls by more than it may" : String.join("; ", objections),
                Optional.of(comparison),
                now);
    }

    private CheckpointEvent endOfTrial(
            OnTrial place, Kind kind, String reason, Optional<Comparison> comparison, Instant now) {
        return new CheckpointEvent(
                place.checkpointId(),
                kind,
                now,
                instance,
                Optional.of(RecordSize.shortened(reason)),
                place.current(),
                Optional.empty(),
                comparison,
                Optional.of(place.since()));
    }

    private CheckpointEvent withoutTrial(String candidate, Kind kind, String current, String reason, Instant now) {
        return new CheckpointEvent(
                candidate,
                kind,
                now,
                instance,
                Optional.of(reason),
                Optional.of(current),
                Optional.empty(),
                Optional.empty());
    }
}
