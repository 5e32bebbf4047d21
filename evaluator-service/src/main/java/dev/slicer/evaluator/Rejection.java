package dev.slicer.evaluator;

/** Why a labelled document goes to the dead letters, or an answer to one is not scored; a metric's label. */
enum Rejection {
    UNREADABLE,
    BAD_FIELD,
    WORDS_AND_TAGS_DIFFER,
    TAG_OUTSIDE_IOB2,
    GOLD_CONFLICT,
    ANSWER_WITHOUT_TAGS,
    ANSWER_OF_OTHER_LENGTH;

    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
