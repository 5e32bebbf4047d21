package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.Answer;
import java.util.Locale;

/** Why an answer is not scored; a metric's label. */
enum UnscoredReason {
    /** The answer is not the event it should be. */
    UNREADABLE,
    /** The answer has tags of more or fewer words than there are. */
    OTHER_LENGTH,
    /** The answer has an entity where the text has no word. */
    NOT_ALIGNED,
    /** No labelled document came for it while it was kept. */
    GOLD_UNKNOWN,
    /** The answer or its score is larger than a record may be. */
    TOO_LARGE;

    static UnscoredReason of(Answer.Problem problem) {
        return switch (problem) {
            case UNREADABLE -> UNREADABLE;
            case OTHER_LENGTH -> OTHER_LENGTH;
            case NOT_ALIGNED -> NOT_ALIGNED;
        };
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
