package dev.slicer.evaluator.promotion;

import java.time.Duration;
import java.time.Instant;

/**
 * How long answers are waited for. What does not come is asked for again, three times in all, after one, two and four
 * parts of fifteen of the timeout without any answer; the last eight parts are for the last question. While answers come,
 * only the limit ends the waiting.
 */
final class TrialSchedule {
    private static final int PARTS = 15;
    private static final int MOST_QUESTIONS = 4;

    private final Duration part;
    private final Duration timeout;
    private final Instant end;
    private int questions = 1;
    private Instant lastAnswer;
    private Instant askAgain;

    /** Begins when the first questions are asked. */
    TrialSchedule(Duration timeout, Duration limit, Instant begun) {
        this.part = timeout.dividedBy(PARTS);
        this.timeout = timeout;
        this.end = begun.plus(limit);
        this.lastAnswer = begun;
        this.askAgain = begun.plus(part);
    }

    void answered(Instant now) {
        lastAnswer = now;
        askAgain = now.plus(pause());
    }

    /** Whether to ask again; when true, that counts as done. */
    boolean asksAgain(Instant now) {
        if (questions == MOST_QUESTIONS || now.isBefore(askAgain)) {
            return false;
        }
        questions++;
        askAgain = now.plus(pause());
        return true;
    }

    boolean isOver(Instant now) {
        return !now.isBefore(lastAnswer.plus(timeout)) || !now.isBefore(end);
    }

    /** Twice the one before. */
    private Duration pause() {
        return part.multipliedBy(1L << questions - 1);
    }
}
