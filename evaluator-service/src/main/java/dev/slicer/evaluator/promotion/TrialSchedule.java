package dev.slicer.evaluator.promotion;

import java.time.Duration;
import java.time.Instant;

/**
 * When a trial asks again and when it gives up; immutable. What does not come is asked for again, three times in all, after
 * one, two and four parts of fifteen of the timeout without any answer; the last eight parts are for the last question.
 * While answers come, only the limit ends the waiting.
 *
 * @param part a fifteenth of the timeout
 * @param end when the trial ends though answers come
 * @param questions how often has been asked
 * @param lastAnswer when the last answer came, or the trial began
 * @param askAgain when the next question is due
 */
record TrialSchedule(
        Duration timeout, Duration part, Instant end, int questions, Instant lastAnswer, Instant askAgain) {
    private static final int PARTS = 15;
    private static final int MOST_QUESTIONS = 4;

    /** Begins when the first questions are asked. */
    static TrialSchedule begin(Duration timeout, Duration limit, Instant begun) {
        Duration part = timeout.dividedBy(PARTS);
        return new TrialSchedule(timeout, part, begun.plus(limit), 1, begun, begun.plus(part));
    }

    TrialSchedule answered(Instant now) {
        return new TrialSchedule(timeout, part, end, questions, now, now.plus(pause(questions)));
    }

    boolean isQuestionDue(Instant now) {
        return questions < MOST_QUESTIONS && !now.isBefore(askAgain);
    }

    TrialSchedule asked(Instant now) {
        return new TrialSchedule(timeout, part, end, questions + 1, lastAnswer, now.plus(pause(questions + 1)));
    }

    boolean isOver(Instant now) {
        return !now.isBefore(lastAnswer.plus(timeout)) || !now.isBefore(end);
    }

    /** Twice the one before. */
    private Duration pause(int asked) {
        return part.multipliedBy(1L << asked - 1);
    }
}
