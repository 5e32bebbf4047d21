package dev.slicer.promotion;

import dev.slicer.events.CheckpointEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * A checkpoint's place on its way to production. The methods of a state are the only transitions that are legal from it:
 *
 * <pre>
 * Candidate -> OnTrial -> Promoted -> Superseded -> Promoted again
 *   OnTrial -> SetAside -> OnTrial;  a trial can begin anew;  Promoted -> RolledBack
 *   Candidate, OnTrial and SetAside -> Refused
 *   Candidate, SetAside, Refused and RolledBack -> Promoted, by a person
 *   OnTrial and SetAside -> Candidate, when another one is promoted than the one that it was compared with
 * </pre>
 */
public sealed interface CheckpointState {
    String checkpointId();

    /** When it got there, by the clock of who took the step. */
    Instant since();

    /** The state's name in metrics and reports. */
    String label();

    /** A checkpoint that nobody has decided about. */
    sealed interface Open extends Promotable {
        default OnTrial beginTrial(CheckpointEvent begun) {
            return new OnTrial(
                    checkpointId(),
                    begun.at(),
                    begun.by(),
                    begun.current(),
                    begun.documents(),
                    firstTrial().orElse(begun.at()));
        }

        /** When the first of its trials against the promoted checkpoint began, where there was one. */
        default Optional<Instant> firstTrial() {
            return Optional.empty();
        }

        default Refused refuse(CheckpointEvent refused) {
            return new Refused(checkpointId(), refused.at(), refused.by(), refused.reason());
        }
    }

    /** A checkpoint that is not promoted but can be. */
    sealed interface Promotable extends CheckpointState {
        default Promoted promote(CheckpointEvent promoted) {
            return new Promoted(checkpointId(), promoted.at(), promoted.by(), promoted.reason());
        }
    }

    /** @param since when it was published */
    record Candidate(String checkpointId, Instant since) implements Open {
        @Override
        public String label() {
            return "candidate";
        }
    }

    /**
     * @param current the checkpoint that it is compared with
     * @param documents that are tagged for the comparison
     * @param answersFrom when the first of its trials against that checkpoint began; what was answered in it counts in
     *     those that follow
     */
    record OnTrial(
            String checkpointId,
            Instant since,
            String by,
            Optional<String> current,
            Optional<Integer> documents,
            Instant answersFrom)
            implements Open {
        @Override
        public String label() {
            return "on_trial";
        }

        @Override
        public Optional<Instant> firstTrial() {
            return Optional.of(answersFrom);
        }

        /** What the questions and answers of this trial are marked with, and of those before it that it goes on with. */
        public String mark() {
            return checkpointId + "@" + answersFrom;
        }

        /** Whether an event is the end of this trial and of no other. Earlier versions did not say of which. */
        public boolean isEndedBy(CheckpointEvent end) {
            return current.equals(end.current()) && end.trial().orElse(since).equals(since);
        }

        public SetAside setAside(CheckpointEvent setAside) {
            return new SetAside(checkpointId, setAside.at(), setAside.by(), setAside.reason(), answersFrom);
        }
    }

    /**
     * Its trial had to end without all answers; it is tried again.
     *
     * @param answersFrom as its trial's: what has been answered is not asked again
     */
    record SetAside(String checkpointId, Instant since, String by, Optional<String> reason, Instant answersFrom)
            implements Open {
        @Override
        public String label() {
            return "set_aside";
        }

        @Override
        public Optional<Instant> firstTrial() {
            return Optional.of(answersFrom);
        }
    }

    /** The one that inference serves. */
    record Promoted(String checkpointId, Instant since, String by, Optional<String> reason) implements CheckpointState {
        @Override
        public String label() {
            return "promoted";
        }

        /** @param next the one that is promoted in its place */
        public Superseded supersede(String next, Instant at) {
            return new Superseded(checkpointId, at, next);
        }

        public RolledBack rollBack(CheckpointEvent rolledBack) {
            return new RolledBack(checkpointId, rolledBack.at(), rolledBack.by(), rolledBack.reason());
        }
    }

    /**
     * It was promoted until another one was, and is again when that one is rolled back.
     *
     * @param next the other one
     */
    record Superseded(String checkpointId, Instant since, String next) implements Promotable {
        @Override
        public String label() {
            return "superseded";
        }
    }

    record Refused(String checkpointId, Instant since, String by, Optional<String> reason) implements Promotable {
        @Override
        public String label() {
            return "refused";
        }
    }

    record RolledBack(String checkpointId, Instant since, String by, Optional<String> reason) implements Promotable {
        @Override
        public String label() {
            return "rolled_back";
        }
    }
}
