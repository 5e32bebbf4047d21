package dev.slicer.evaluator;

import java.util.Locale;

/** Why an answer is not scored; a metric's label. */
enum Unscored {
    /** The answer is not the event it should be. */
    ANSWER_UNREADABLE,
    /** The answer has entities only, no tag for each word. */
    ANSWER_WITHOUT_TAGS,
    /** The answer has more or fewer tags than there are words. */
    ANSWER_OF_OTHER_LENGTH;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
